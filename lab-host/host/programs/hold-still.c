/*
 * hold-still SOCKET: lets this machine stand still, and gives it the time when it goes on. One connection to the unix socket
 * is one line:
 *
 *   stop              the vCPU that runs this stops here, in the kernel and in no guest: one byte to the port of QEMU's
 *                     pvpanic device (QEMU, docs/specs/pvpanic.rst). When the machine goes on, so does this.
 *   time SECONDS      since 1970, with a fraction: the host's clock is set at once, then its guests are woken
 *
 * The answer is `done`, or `refused` and why. It waits in memory, and before everything else (Nice= in its unit), because a program
 * that is started for this takes a busy host seconds: so late would the stop be, and so wrong the clock.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PANIC_PORT 0x505
#define PANICKED 1
#define WAKE_GUESTS "/usr/lib/lab/wake-guests"
#define MAX_LINE 64

/* 0, or what errno says. Debian's kernel has no /dev/port. */
static int stop(void) {
  if (ioperm(PANIC_PORT, 1, 1) != 0) return errno;
  __asm__ volatile("outb %%al, %%dx" : : "a"((unsigned char)PANICKED), "d"((unsigned short)PANIC_PORT));
  return 0;
}

/* Libvirt writes down there what each guest that runs is made of; where none does, nothing is started. Its own driver.pid is always there. */
static void wake_guests(void) {
  glob_t found;
  if (glob("/run/libvirt/qemu/*.xml", GLOB_NOSORT, NULL, &found) != 0) return;
  globfree(&found);
  if (fork() != 0) return;
  setpriority(PRIO_PROCESS, 0, 0);
  execl(WAKE_GUESTS, WAKE_GUESTS, (char *)NULL);
  _exit(127);
}

static int set_time(const char *text) {
  char *end;
  long long seconds = strtoll(text, &end, 10);
  double fraction = *end == '.' ? strtod(end, &end) : 0;
  if (end == text || *end != '\0' || fraction < 0 || fraction >= 1) return EINVAL;
  struct timespec now = {.tv_sec = seconds, .tv_nsec = (long)(fraction * 1e9)};
  if (clock_settime(CLOCK_REALTIME, &now) != 0) return errno;
  wake_guests();
  return 0;
}

static void serve(int fd) {
  char line[MAX_LINE + 1];
  size_t len = 0;
  /* Whoever connects and says nothing holds up the others for a second. */
  struct timeval patience = {.tv_sec = 1};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  while (len < MAX_LINE && memchr(line, '\n', len) == NULL) {
    ssize_t n = read(fd, line + len, MAX_LINE - len);
    if (n <= 0) return;
    len += n;
  }
  line[len] = '\0';
  line[strcspn(line, "\n")] = '\0';
  int failed = strcmp(line, "stop") == 0 ? stop() : strncmp(line, "time ", 5) == 0 ? set_time(line + 5) : EINVAL;
  if (failed) dprintf(fd, "refused %s\n", strerror(failed));
  else dprintf(fd, "done\n");
}

int main(int argc, char **argv) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path) {
    fputs("usage: hold-still SOCKET\n", stderr);
    return 2;
  }
  strcpy(address.sun_path, argv[1]);
  signal(SIGPIPE, SIG_IGN);
  /* Children are nobody's to wait for. */
  signal(SIGCHLD, SIG_IGN);
  int door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  unlink(argv[1]);
  umask(077);
  if (door < 0 || bind(door, (struct sockaddr *)&address, sizeof address) != 0 || listen(door, 16) != 0) {
    perror(argv[1]);
    return 1;
  }
  umask(022);
  for (;;) {
    int fd = accept4(door, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      perror("accept");
      return 1;
    }
    serve(fd);
    close(fd);
  }
}
