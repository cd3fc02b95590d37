/*
 * hold-shells SOCKET: holds the terminals of this host, so that a shell and what runs in it outlive the lab server.
 *
 * One connection to the unix socket is one view of one terminal. It begins with a line:
 *
 *   attach NAME COLS ROWS            a login shell; a program with TAB and its words, separated by TABs, behind ROWS
 *   names                            the names of all terminals, one a line
 *
 * `attach` starts the program if no terminal has that name; an earlier view of the same terminal is closed. Then both
 * sides speak in frames: one byte of type, four bytes of length (big endian), that many bytes.
 *
 *   to the view    S  cols, rows (2 bytes each), and what draws the screen that was kept; always first
 *                  O  output; first all since that screen
 *                  L  what was said before this view came is over
 *                  X  the program has ended: its status, 4 bytes; the last frame
 *   from the view  I  input
 *                  R  cols, rows: the terminal's size
 *                  K  position (8 bytes), cols, rows, and what draws the screen as it was after that many bytes of O
 *                  H  hang up
 *
 * What the program says since the last K is kept, up to MAX_KEPT bytes; beyond it the program waits. So a view that comes
 * later can draw the very screen, whatever became of the one before, and nothing that was said is lost.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_TERMINALS 64
#define MAX_VIEWS 80
#define MAX_KEPT (4 * 1024 * 1024)
/* How far a view may be behind before the program waits for it. */
#define MAX_BEHIND (256 * 1024)
#define MAX_FRAME (2 * 1024 * 1024)
#define MAX_LINE 1024
/* Input that the program does not read waits here, and beyond it in the view. */
#define MAX_INPUT (64 * 1024)
#define CHUNK (32 * 1024)
#define HEADER 5

struct buffer {
  unsigned char *data;
  size_t len, room;
};

struct terminal {
  int used;
  char name[64];
  pid_t pid;
  int master;
  int over; /* the program has ended */
  int status;
  uint16_t cols, rows;       /* of the screen that was kept */
  struct buffer screen;      /* draws it */
  struct buffer said;        /* since then */
  struct buffer input;
};

struct view {
  int fd;
  struct terminal *terminal; /* none before the first line */
  int failed;
  struct buffer in, out;
  size_t out_at;
  size_t shown;   /* of `said` */
  size_t live_at; /* of `said`: from here on it is new */
  int live;
  uint64_t dropped; /* bytes of O that are no longer in `said` */
  int last;         /* nothing comes after what is in `out` */
};

static struct terminal terminals[MAX_TERMINALS];
static struct view views[MAX_VIEWS];
static int view_count;

static void *must(void *memory) {
  if (memory == NULL) {
    fputs("hold-shells: no memory\n", stderr);
    exit(1);
  }
  return memory;
}

static void append(struct buffer *b, const void *data, size_t len) {
  if (b->len + len > b->room) {
    b->room = (b->len + len) * 2;
    b->data = must(realloc(b->data, b->room));
  }
  if (len > 0) memcpy(b->data + b->len, data, len);
  b->len += len;
}

static void drop(struct buffer *b, size_t len) {
  b->len -= len;
  if (b->len > 0) memmove(b->data, b->data + len, b->len);
}

static void release(struct buffer *b) {
  free(b->data);
  memset(b, 0, sizeof *b);
}

static void put16(unsigned char *at, unsigned value) {
  at[0] = value >> 8;
  at[1] = value;
}

static unsigned get16(const unsigned char *at) { return at[0] << 8 | at[1]; }

static uint32_t get32(const unsigned char *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }

static void frame(struct view *v, char type, const void *data, size_t len) {
  unsigned char head[HEADER] = {type, len >> 24, len >> 16, len >> 8, len};
  append(&v->out, head, HEADER);
  append(&v->out, data, len);
}

static struct terminal *find(const char *name) {
  for (int i = 0; i < MAX_TERMINALS; i++)
    if (terminals[i].used && strcmp(terminals[i].name, name) == 0) return &terminals[i];
  return NULL;
}

static struct view *view_of(struct terminal *t) {
  for (int i = 0; i < view_count; i++)
    if (views[i].terminal == t && !views[i].failed) return &views[i];
  return NULL;
}

static void forget(struct terminal *t) {
  if (t->master >= 0) close(t->master);
  release(&t->screen);
  release(&t->said);
  release(&t->input);
  memset(t, 0, sizeof *t);
}

/* In the child: becomes the program. */
static void become(char **words) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  struct passwd *user = getpwuid(getuid());
  const char *home = user ? user->pw_dir : "/", *name = user ? user->pw_name : "root";
  const char *shell = user && user->pw_shell[0] ? user->pw_shell : "/bin/sh";
  clearenv();
  setenv("HOME", home, 1);
  setenv("USER", name, 1);
  setenv("LOGNAME", name, 1);
  setenv("SHELL", shell, 1);
  setenv("TERM", "xterm-256color", 1);
  setenv("COLORTERM", "truecolor", 1);
  setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
  setenv("LANG", "C.UTF-8", 1);
  setenv("LIBVIRT_DEFAULT_URI", "qemu:///system", 1);
  if (chdir(home) != 0 && chdir("/") != 0) _exit(126);
  if (words[0] != NULL) execvp(words[0], words);
  else {
    char login[256];
    snprintf(login, sizeof login, "-%s", basename(shell));
    execl(shell, login, (char *)NULL);
    execl("/bin/sh", "-sh", (char *)NULL);
  }
  fprintf(stderr, "%s: %s\r\n", words[0] ? words[0] : shell, strerror(errno));
  _exit(127);
}

static struct terminal *begin(const char *name, unsigned cols, unsigned rows, char **words) {
  struct terminal *t = NULL;
  for (int i = 0; i < MAX_TERMINALS && t == NULL; i++)
    if (!terminals[i].used) t = &terminals[i];
  if (t == NULL) return NULL;
  struct winsize size = {.ws_row = rows, .ws_col = cols};
  int master;
  pid_t pid = forkpty(&master, NULL, NULL, &size);
  if (pid < 0) return NULL;
  if (pid == 0) become(words);
  fcntl(master, F_SETFD, FD_CLOEXEC);
  fcntl(master, F_SETFL, O_NONBLOCK);
  t->used = 1;
  snprintf(t->name, sizeof t->name, "%s", name);
  t->pid = pid;
  t->master = master;
  t->cols = cols;
  t->rows = rows;
  return t;
}

static int size_is_sane(unsigned cols, unsigned rows) { return cols >= 1 && cols <= 1000 && rows >= 1 && rows <= 1000; }

/* The first line of a connection. */
static void obey(struct view *v, char *line) {
  if (strcmp(line, "names") == 0) {
    for (int i = 0; i < MAX_TERMINALS; i++) {
      if (!terminals[i].used) continue;
      append(&v->out, terminals[i].name, strlen(terminals[i].name));
      append(&v->out, "\n", 1);
    }
    v->last = 1;
    return;
  }
  char name[64], *words[32] = {0};
  unsigned cols, rows;
  int n = 0;
  char *rest = strchr(line, '\t');
  if (rest != NULL) *rest++ = 0;
  if (sscanf(line, "attach %63s %u %u", name, &cols, &rows) != 3 || !size_is_sane(cols, rows)) {
    v->failed = 1;
    return;
  }
  for (char *word = rest; word != NULL && n < 31; n++) {
    words[n] = word;
    word = strchr(word, '\t');
    if (word != NULL) *word++ = 0;
  }
  struct terminal *t = find(name);
  if (t == NULL) t = begin(name, cols, rows, words);
  if (t == NULL) {
    v->failed = 1;
    return;
  }
  struct view *before = view_of(t);
  if (before != NULL) before->failed = 1;
  v->terminal = t;
  v->live_at = t->said.len;
  struct buffer first = {0};
  unsigned char size[4];
  put16(size, t->cols);
  put16(size + 2, t->rows);
  append(&first, size, sizeof size);
  append(&first, t->screen.data, t->screen.len);
  frame(v, 'S', first.data, first.len);
  release(&first);
}

static void keep(struct view *v, const unsigned char *data, size_t len) {
  struct terminal *t = v->terminal;
  if (len < 12) {
    v->failed = 1;
    return;
  }
  uint64_t position = (uint64_t)get32(data) << 32 | get32(data + 4);
  if (position < v->dropped || position - v->dropped > v->shown) {
    v->failed = 1;
    return;
  }
  size_t gone = position - v->dropped;
  drop(&t->said, gone);
  v->shown -= gone;
  v->live_at = v->live_at > gone ? v->live_at - gone : 0;
  v->dropped = position;
  t->cols = get16(data + 8);
  t->rows = get16(data + 10);
  t->screen.len = 0;
  append(&t->screen, data + 12, len - 12);
}

/* Whether more may be read from a program. */
static int listens(struct terminal *t) {
  struct view *v = view_of(t);
  return t->said.len < MAX_KEPT && (v == NULL || t->said.len - v->shown < MAX_BEHIND);
}

/* Reads what a program says; 0 when there is no more for now. */
static int listen_to(struct terminal *t) {
  unsigned char data[CHUNK];
  ssize_t n = read(t->master, data, sizeof data);
  if (n <= 0) return 0;
  append(&t->said, data, n);
  return 1;
}

static void feed(struct terminal *t) {
  ssize_t n = write(t->master, t->input.data, t->input.len);
  if (n > 0) drop(&t->input, n);
  else if (n < 0 && errno != EAGAIN && errno != EINTR) t->input.len = 0;
}

static void take(struct view *v, char type, const unsigned char *data, size_t len) {
  struct terminal *t = v->terminal;
  if (type == 'I') {
    append(&t->input, data, len);
    /* The terminal echoes a key while it takes it: both in one go, for whoever waits for the echo. */
    if (t->master >= 0) feed(t);
    if (t->master >= 0 && listens(t)) listen_to(t);
  } else if (type == 'R' && len == 4 && size_is_sane(get16(data), get16(data + 2))) {
    struct winsize size = {.ws_col = get16(data), .ws_row = get16(data + 2)};
    if (t->master >= 0) ioctl(t->master, TIOCSWINSZ, &size);
  } else if (type == 'K') keep(v, data, len);
  else if (type == 'H') {
    v->failed = 1;
    v->terminal = NULL;
    forget(t);
  } else v->failed = 1;
}

/* Whether more may be read from a view. */
static int hears(struct view *v) { return !v->last && (v->terminal == NULL || v->terminal->input.len < MAX_INPUT); }

static void hear(struct view *v) {
  unsigned char data[CHUNK];
  ssize_t n = read(v->fd, data, sizeof data);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) v->failed = 1;
  if (n <= 0) return;
  append(&v->in, data, n);
  size_t at = 0;
  if (v->terminal == NULL) {
    unsigned char *end = memchr(v->in.data, '\n', v->in.len);
    if (end == NULL) {
      if (v->in.len > MAX_LINE) v->failed = 1;
      return;
    }
    *end = 0;
    at = end - v->in.data + 1;
    obey(v, (char *)v->in.data);
  }
  while (!v->failed && v->terminal != NULL && v->in.len - at >= HEADER) {
    uint32_t len = get32(v->in.data + at + 1);
    if (len > MAX_FRAME) v->failed = 1;
    if (v->failed || v->in.len - at - HEADER < len) break;
    take(v, v->in.data[at], v->in.data + at + HEADER, len);
    at += HEADER + len;
  }
  drop(&v->in, at);
}

/* Moves what is to be told into `out`, and `out` into the socket. */
static void tell(struct view *v) {
  struct terminal *t = v->terminal;
  for (;;) {
    if (v->out_at == v->out.len) {
      v->out.len = v->out_at = 0;
      if (v->last) {
        v->failed = 1;
        return;
      }
      if (t == NULL) return;
      if (!v->live && v->shown >= v->live_at) {
        v->live = 1;
        frame(v, 'L', NULL, 0);
      }
      size_t until = v->live ? t->said.len : v->live_at, n = until - v->shown;
      if (n > CHUNK) n = CHUNK;
      if (n > 0) {
        frame(v, 'O', t->said.data + v->shown, n);
        v->shown += n;
      } else if (v->live && t->over) {
        unsigned char status[4];
        put16(status, t->status >> 16);
        put16(status + 2, t->status);
        frame(v, 'X', status, sizeof status);
        v->last = 1;
        v->terminal = NULL;
        forget(t);
      } else if (v->out.len == 0) return;
    }
    ssize_t n = write(v->fd, v->out.data + v->out_at, v->out.len - v->out_at);
    if (n < 0) {
      if (errno != EAGAIN && errno != EINTR) v->failed = 1;
      return;
    }
    v->out_at += n;
  }
}

static void bury(void) {
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
    for (int i = 0; i < MAX_TERMINALS; i++) {
      struct terminal *t = &terminals[i];
      if (!t->used || t->pid != pid) continue;
      while (t->said.len < MAX_KEPT && listen_to(t)) continue;
      close(t->master);
      t->master = -1;
      t->over = 1;
      t->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
}

static int open_socket(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || strlen(path) >= sizeof address.sun_path) return -1;
  strcpy(address.sun_path, path);
  unlink(path);
  umask(077);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 16) != 0) return -1;
  umask(022);
  return fd;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fputs("usage: hold-shells SOCKET\n", stderr);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, NULL);
  int deaths = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK), door = open_socket(argv[1]);
  if (deaths < 0 || door < 0) {
    perror(argv[1]);
    return 1;
  }
  for (;;) {
    struct pollfd wait[2 + MAX_TERMINALS + MAX_VIEWS];
    int owner[2 + MAX_TERMINALS + MAX_VIEWS], count = 0, terminal_count;
    wait[count++] = (struct pollfd){.fd = deaths, .events = POLLIN};
    wait[count++] = (struct pollfd){.fd = view_count < MAX_VIEWS ? door : -1, .events = POLLIN};
    for (int i = 0; i < MAX_TERMINALS; i++) {
      struct terminal *t = &terminals[i];
      if (!t->used || t->master < 0) continue;
      short events = (listens(t) ? POLLIN : 0) | (t->input.len > 0 ? POLLOUT : 0);
      if (events == 0) continue;
      owner[count] = i;
      wait[count++] = (struct pollfd){.fd = t->master, .events = events};
    }
    terminal_count = count;
    for (int i = 0; i < view_count; i++) {
      short events = (hears(&views[i]) ? POLLIN : 0) | (views[i].out_at < views[i].out.len ? POLLOUT : 0);
      owner[count] = i;
      wait[count++] = (struct pollfd){.fd = views[i].fd, .events = events};
    }
    if (poll(wait, count, -1) < 0 && errno != EINTR) return 1;

    for (int k = 2; k < terminal_count; k++) {
      struct terminal *t = &terminals[owner[k]];
      if (wait[k].revents & POLLOUT) feed(t);
      /* A program that closed its terminal and lives on says no more: its end is told by SIGCHLD. */
      if ((wait[k].revents & (POLLIN | POLLHUP | POLLERR)) && !listen_to(t) && errno == EIO) {
        close(t->master);
        t->master = -1;
      }
    }
    if (wait[0].revents & POLLIN) {
      struct signalfd_siginfo info;
      while (read(deaths, &info, sizeof info) > 0) continue;
      bury();
    }
    for (int k = terminal_count; k < count; k++)
      if (wait[k].revents & (POLLIN | POLLHUP | POLLERR)) hear(&views[owner[k]]);
    if (wait[1].revents & POLLIN) {
      int fd = accept4(door, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd >= 0) views[view_count++] = (struct view){.fd = fd};
    }
    for (int i = 0; i < view_count; i++)
      if (!views[i].failed) tell(&views[i]);
    for (int i = 0; i < view_count;) {
      if (!views[i].failed) {
        i++;
        continue;
      }
      close(views[i].fd);
      release(&views[i].in);
      release(&views[i].out);
      views[i] = views[--view_count];
    }
  }
}
