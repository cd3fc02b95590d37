PS1='[\u@\h \W]\$ '
alias ls='ls --color=auto'
alias ll='ls -l'
# The serial line does not know the size of the window at its other end: ask it once, at login.
if [ /proc/self/fd/0 -ef /dev/ttyS0 ]; then
  resize() { local r c; IFS='[;' read -rsd R -t 2 -p $'\e7\e[999;999H\e[6n\e8' _ r c </dev/tty && stty rows "$r" cols "$c"; }
fi
