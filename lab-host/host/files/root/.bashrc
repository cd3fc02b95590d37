# For an interactive shell only.
[[ $- == *i* ]] || return
PS1='[\u@\h \W]\$ \[\e]133;B\a\]'
# Marks that a terminal does not show (OSC 133): the lab knows by them when a command begins and when it has ended.
PS0='\e]133;C\a'
_lab_prompt() {
  local status=$?
  printf '\e]133;D;%s\a\e]133;A\a' "$status"
  return "$status"
}
PROMPT_COMMAND=_lab_prompt
alias ls='ls --color=auto' ll='ls -l' grep='grep --color=auto'
HISTSIZE=5000
shopt -s checkwinsize histappend
# Completion is read at the first Tab: on an emulated CPU it would cost every new shell a noticeable wait.
_lab_load_completion() {
  complete -r -D
  . /usr/share/bash-completion/bash_completion
  return 124
}
complete -D -F _lab_load_completion
