/*
 * watch-guests           tells what libvirt keeps in this host, at once and again whenever it changes; sleeps in between
 * watch-guests sample    tells every two seconds what has been used so far; ends when nobody reads any more
 *
 * libvirt writes down every change that it makes or learns of: the definitions in /etc/libvirt, and under /run/libvirt, for
 * as long as something runs, its state with everything that is decided at the start (process, threads, taps, ports, backing
 * chains). The kernel tells when such a file is replaced (inotify(7)). So nobody has to be asked, nothing is polled, and it
 * works on while libvirt's daemon is stopped, broken or away.
 *
 * Lines of fields that are separated by TABs; a TAB or a line break within a field becomes a space. A line holds all there
 * is of its kind, and is told when that has changed:
 *
 *   host       name, kernel, processors, KiB of memory, KVM's module, nested
 *   daemon     name, process
 *   sockets    path ...
 *   autostart  guest ...
 *   processes  guest, process, user, threads ...
 *   images     path, format, virtual bytes, allocated bytes, path of what lies behind it ...
 *   xml        kind, name, text: one file; kinds are live, defined, live-network, network, live-pool, pool
 *   gone       kind, name
 *   end        what was told so far belongs together
 *
 * and with `sample`, all of them each time and without looking at what has changed, but `processes`, `images` and `daemon` as above:
 *
 *   sample     nanoseconds of a clock that only goes forward, KiB of memory, KiB of it that are available
 *   cpu        the fields of /proc/stat: ticks in user, nice, system, idle, iowait, ... mode
 *   kvm        name, count ...                       of /sys/kernel/debug/kvm
 *   net        device, bytes received, bytes sent ...
 *   guest      name, process, exits, KiB resident, bytes read, bytes written, then thread, nanoseconds on a CPU ...
 *   end
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* What is beyond these is not told. */
#define MAX_FILES 400
#define MAX_GUESTS 64
#define MAX_IMAGES 128
#define MAX_PATHS 8
#define MAX_DEPTH 8
#define MAX_COUNTERS 64
#define MAX_XML (64 * 1024)
#define MAX_NAME 256

/* One change of libvirt's is several files; they are told together, ms. */
#define GATHER_MS 40
#define SAMPLE_S 2
/* Files grow and processes end without libvirt's saying so: while somebody looks, every so many samples. */
#define LOOK_AGAIN 5

struct kind {
  const char *name, *folder;
  int guest;
};

static const struct kind kinds[] = {
  {"live", "/run/libvirt/qemu", 1},
  {"defined", "/etc/libvirt/qemu", 1},
  {"live-network", "/run/libvirt/network", 0},
  {"network", "/etc/libvirt/qemu/networks", 0},
  {"live-pool", "/run/libvirt/storage", 0},
  {"pool", "/etc/libvirt/storage", 0},
};
#define KINDS (int)(sizeof kinds / sizeof *kinds)

static const char *const more_folders[] = {"/run", "/run/libvirt", "/etc/libvirt", "/etc/libvirt/qemu/autostart"};
static const char *const daemons[] = {"libvirtd", "virtqemud"};

struct file {
  int kind, seen;
  char name[MAX_NAME];
  ino_t inode;
  off_t size;
  struct timespec changed;
  char *paths[MAX_PATHS]; /* of images, as the definition names them */
};

static struct file files[MAX_FILES];
static int file_count;
static int sampling;

static char out[512 * 1024];
static size_t out_len;

static void flush(void) {
  for (size_t at = 0; at < out_len;) {
    ssize_t n = write(1, out + at, out_len - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) exit(0);
    at += n;
  }
  out_len = 0;
}

static void put(const char *text, size_t len) {
  if (len > sizeof out) return;
  if (out_len + len > sizeof out) flush();
  memcpy(out + out_len, text, len);
  out_len += len;
}

/* A line in the making. */
static char line[MAX_XML + 2 * MAX_NAME];
static size_t line_len;

static void begin(const char *type) { line_len = snprintf(line, sizeof line, "%s", type); }

static void field(const char *text) {
  if (line_len + 1 < sizeof line) line[line_len++] = '\t';
  for (; *text != 0 && line_len + 1 < sizeof line; text++) {
    int blank = *text == '\t' || *text == '\n' || *text == '\r';
    line[line_len++] = blank ? ' ' : *text;
    /* The indentation of the next line is nothing that anybody reads. */
    while (blank && text[1] == ' ') text++;
  }
}

static void number(unsigned long long value) {
  char text[24];
  snprintf(text, sizeof text, "%llu", value);
  field(text);
}

static void tell(void) {
  put(line, line_len);
  put("\n", 1);
}

/* Lines that are told again only when they differ, by a number of their own. */
static int tell_changed(int which) {
  static char *told[8];
  line[line_len] = 0;
  if (told[which] != NULL && strcmp(told[which], line) == 0) return 0;
  free(told[which]);
  told[which] = strdup(line);
  tell();
  return 1;
}

/* A small file whole, or its beginning. */
static ssize_t slurp(const char *path, char *text, size_t room) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return -1;
  size_t len = 0;
  ssize_t n = 1;
  while (len < room - 1 && (n = read(fd, text + len, room - 1 - len)) > 0) len += n;
  close(fd);
  text[len] = 0;
  return n < 0 && len == 0 ? -1 : (ssize_t)len;
}

static char *join(char *path, size_t room, const char *format, ...) {
  va_list words;
  va_start(words, format);
  vsnprintf(path, room, format, words);
  va_end(words);
  return path;
}

/* The number behind a word at the beginning of a line, as in /proc/meminfo. */
static unsigned long long number_of(const char *text, const char *word) {
  for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
    if (at == text || at[-1] == '\n') return strtoull(at + strlen(word), NULL, 10);
  return 0;
}

/* Without the name services, which would be a library in the memory of every host. */
static const char *user_name(unsigned uid, char *text, size_t room) {
  FILE *users = fopen("/etc/passwd", "re");
  struct passwd *user = NULL;
  if (users != NULL)
    while ((user = fgetpwent(users)) != NULL && user->pw_uid != uid) continue;
  if (user != NULL) snprintf(text, room, "%s", user->pw_name);
  else snprintf(text, room, "%u", uid);
  if (users != NULL) fclose(users);
  return text;
}

static pid_t process_in(const char *path) {
  char text[32], proc[64];
  if (slurp(path, text, sizeof text) <= 0) return 0;
  long pid = strtol(text, NULL, 10);
  if (pid <= 0) return 0;
  return access(join(proc, sizeof proc, "/proc/%ld", pid), F_OK) == 0 ? pid : 0;
}

/* ---- definitions ---- */

/* The paths of images in a definition: file='...' and dev='...' of its sources. */
static void find_paths(struct file *f, const char *xml) {
  int count = 0;
  for (int i = 0; i < MAX_PATHS; i++) {
    free(f->paths[i]);
    f->paths[i] = NULL;
  }
  for (const char *at = xml; count < MAX_PATHS && (at = strstr(at, "<source ")) != NULL; at++) {
    const char *end = strchr(at, '>'), *from = strstr(at, " file='");
    if (from == NULL || end == NULL || from > end) continue;
    from += strlen(" file='");
    char path[1024];
    size_t len = 0;
    for (; *from != 0 && *from != '\'' && len < sizeof path - 1; from++) {
      static const struct { const char *name; char is; } names[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&apos;", '\''}, {"&quot;", '"'}};
      char c = *from;
      for (int i = 0; i < 5; i++)
        if (strncmp(from, names[i].name, strlen(names[i].name)) == 0) {
          c = names[i].is;
          from += strlen(names[i].name) - 1;
          break;
        }
      path[len++] = c;
    }
    path[len] = 0;
    f->paths[count++] = strdup(path);
  }
}

/* Leaves out what only libvirt itself reads, which is most of the text: what QEMU is capable of, and how a firewall is undone. */
static void leave_out(char *xml, const char *from, const char *until) {
  char *begins = strstr(xml, from), *ends = begins == NULL ? NULL : strstr(begins, until);
  if (ends != NULL) memmove(begins, ends + strlen(until), strlen(ends + strlen(until)) + 1);
}

static void tell_file(struct file *f, const char *path) {
  static char xml[MAX_XML];
  ssize_t len = slurp(path, xml, sizeof xml);
  if (len < 0) return;
  leave_out(xml, "<!--", "-->");
  leave_out(xml, "<qemuCaps>", "</qemuCaps>");
  leave_out(xml, "<firewall", "</firewall>");
  if (kinds[f->kind].guest) find_paths(f, xml);
  if (sampling) return;
  begin("xml");
  field(kinds[f->kind].name);
  field(f->name);
  field(len < MAX_XML - 1 ? xml : "");
  tell();
}

static struct file *file_of(int kind, const char *name) {
  for (int i = 0; i < file_count; i++)
    if (files[i].kind == kind && strcmp(files[i].name, name) == 0) return &files[i];
  if (file_count == MAX_FILES) return NULL;
  struct file *f = &files[file_count++];
  memset(f, 0, sizeof *f);
  f->kind = kind;
  snprintf(f->name, sizeof f->name, "%s", name);
  return f;
}

static int look_at_files(void) {
  int news = 0;
  for (int i = 0; i < file_count; i++) files[i].seen = 0;
  for (int kind = 0; kind < KINDS; kind++) {
    DIR *folder = opendir(kinds[kind].folder);
    if (folder == NULL) continue;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
      char name[MAX_NAME], path[2 * MAX_NAME];
      size_t len = strlen(entry->d_name);
      if (len < 5 || len >= MAX_NAME || strcmp(entry->d_name + len - 4, ".xml") != 0) continue;
      struct stat st;
      join(path, sizeof path, "%s/%s", kinds[kind].folder, entry->d_name);
      if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) continue;
      memcpy(name, entry->d_name, len - 4);
      name[len - 4] = 0;
      struct file *f = file_of(kind, name);
      if (f == NULL) continue;
      f->seen = 1;
      if (f->inode == st.st_ino && f->size == st.st_size && f->changed.tv_sec == st.st_mtim.tv_sec && f->changed.tv_nsec == st.st_mtim.tv_nsec) continue;
      f->inode = st.st_ino;
      f->size = st.st_size;
      f->changed = st.st_mtim;
      tell_file(f, path);
      news = 1;
    }
    closedir(folder);
  }
  for (int i = 0; i < file_count;) {
    if (files[i].seen) {
      i++;
      continue;
    }
    if (!sampling) {
      begin("gone");
      field(kinds[files[i].kind].name);
      field(files[i].name);
      tell();
    }
    for (int k = 0; k < MAX_PATHS; k++) free(files[i].paths[k]);
    files[i] = files[--file_count];
    news = 1;
  }
  return news;
}

/* ---- images ---- */

/* A qcow2 file begins with QFI\xfb; where the name of what lies behind it is, and how large the disk is, are big endian (QEMU, docs/interop/qcow2.rst). */
static uint64_t big(const unsigned char *at, int bytes) {
  uint64_t value = 0;
  while (bytes-- > 0) value = value << 8 | *at++;
  return value;
}

static void tell_images(void) {
  static char done[MAX_IMAGES][1024];
  int count = 0;
  begin("images");
  for (int i = 0; i < file_count; i++)
    for (int k = 0; k < MAX_PATHS && files[i].paths[k] != NULL; k++) {
      char path[1024];
      snprintf(path, sizeof path, "%s", files[i].paths[k]);
      for (int depth = 0; depth < MAX_DEPTH && path[0] == '/' && count < MAX_IMAGES; depth++) {
        int known = 0;
        for (int j = 0; j < count && !known; j++) known = strcmp(done[j], path) == 0;
        struct stat st;
        if (known || stat(path, &st) != 0 || !S_ISREG(st.st_mode)) break;
        strcpy(done[count++], path);
        unsigned char head[104] = {0};
        char behind[1024] = "";
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOATIME);
        if (fd < 0) break;
        int qcow2 = pread(fd, head, sizeof head, 0) >= 72 && memcmp(head, "QFI\xfb", 4) == 0;
        size_t len = big(head + 16, 4);
        if (qcow2 && big(head + 8, 8) != 0 && len > 0 && len < 1024 && pread(fd, behind, len, big(head + 8, 8)) != (ssize_t)len) behind[0] = 0;
        close(fd);
        char next[1024] = "";
        const char *slash = strrchr(path, '/');
        if (behind[0] == '/') strcpy(next, behind);
        else if (behind[0] != 0) snprintf(next, sizeof next, "%.*s/%s", (int)(slash - path), path, behind);
        field(path);
        field(qcow2 ? "qcow2" : "raw");
        number(qcow2 ? big(head + 24, 8) : (uint64_t)st.st_size);
        number((uint64_t)st.st_blocks * 512);
        field(next);
        strcpy(path, next);
      }
    }
  tell_changed(0);
}

/* ---- the rest of the host ---- */

static pid_t daemon_process(const char **name) {
  for (size_t i = 0; i < sizeof daemons / sizeof *daemons; i++) {
    char path[64];
    *name = daemons[i];
    pid_t pid = process_in(join(path, sizeof path, "/run/%s.pid", daemons[i]));
    if (pid != 0) return pid;
  }
  *name = daemons[0];
  return 0;
}

static void tell_processes(void) {
  int count = 0;
  begin("processes");
  for (int i = 0; i < file_count && count < MAX_GUESTS; i++) {
    if (files[i].kind != 0) continue;
    char path[2 * MAX_NAME], status[2048], user[64];
    pid_t pid = process_in(join(path, sizeof path, "%s/%s.pid", kinds[0].folder, files[i].name));
    if (pid == 0 || slurp(join(path, sizeof path, "/proc/%d/status", pid), status, sizeof status) <= 0) continue;
    field(files[i].name);
    number(pid);
    field(user_name(number_of(status, "Uid:"), user, sizeof user));
    number(number_of(status, "Threads:"));
    count++;
  }
  tell_changed(1);
}

static void tell_daemon(void) {
  const char *name;
  pid_t pid = daemon_process(&name);
  begin("daemon");
  field(name);
  number(pid);
  tell_changed(2);
}

/* The names in a folder that end so, one field each. */
static void fields_of(const char *folder, const char *prefix, const char *ending, int cut) {
  DIR *open = opendir(folder);
  int count = 0;
  if (open == NULL) return;
  for (struct dirent *entry; (entry = readdir(open)) != NULL && count < MAX_GUESTS;) {
    char text[2 * MAX_NAME];
    const char *at = strstr(entry->d_name, ending);
    if (at == NULL || entry->d_name[0] == '.') continue;
    snprintf(text, sizeof text, "%s%s", prefix, entry->d_name);
    if (cut) text[strlen(text) - strlen(at)] = 0;
    field(text);
    count++;
  }
  closedir(open);
}

static void tell_host(void) {
  struct utsname uts;
  char text[4096];
  uname(&uts);
  const char *module = access("/sys/module/kvm_amd", F_OK) == 0 ? "kvm_amd" : access("/sys/module/kvm_intel", F_OK) == 0 ? "kvm_intel" : "";
  begin("host");
  field(uts.nodename);
  field(uts.release);
  number(sysconf(_SC_NPROCESSORS_ONLN));
  number(slurp("/proc/meminfo", text, sizeof text) > 0 ? number_of(text, "MemTotal:") : 0);
  field(module);
  char path[80];
  field(slurp(join(path, sizeof path, "/sys/module/%s/parameters/nested", module), text, sizeof text) > 0 ? text : "");
  tell_changed(3);
}

static void look(void) {
  look_at_files();
  tell_images();
  tell_processes();
  tell_daemon();
  if (!sampling) {
    tell_host();
    begin("sockets");
    fields_of("/run/libvirt", "/run/libvirt/", "-sock", 0);
    tell_changed(4);
    begin("autostart");
    fields_of("/etc/libvirt/qemu/autostart", "", ".xml", 1);
    tell_changed(5);
    if (out_len > 0) put("end\n", 4);
    flush();
  }
}

/* ---- samples ---- */

/* Counts of exits and of what brings them about. There are more, and each is a file to be opened. */
static int is_counter(const char *name) {
  static const char *const wanted[] = {"exits", "injections", "hypercalls", "insn_emulation", "pf_taken", "tlb_flush", "halt_wakeup", "nested_run"};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    const char *at = strstr(name, wanted[i]);
    if (at != NULL && at[strlen(wanted[i])] == 0 && strncmp(name, "remote", 6) != 0) return 1;
  }
  return 0;
}

static const char KVM[] = "/sys/kernel/debug/kvm";

/* The counters of all guests together. They cannot be read twice without being opened anew (simple_attr_open). */
static void sample_kvm(void) {
  static char names[MAX_COUNTERS][48];
  static int count;
  if (count == 0) {
    DIR *folder = opendir(KVM);
    if (folder == NULL) return;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL && count < MAX_COUNTERS;)
      if (entry->d_type == DT_REG && strlen(entry->d_name) < sizeof names[0] && is_counter(entry->d_name)) strcpy(names[count++], entry->d_name);
    closedir(folder);
  }
  begin("kvm");
  for (int i = 0; i < count; i++) {
    char path[96], text[32];
    if (slurp(join(path, sizeof path, "%s/%s", KVM, names[i]), text, sizeof text) <= 0) continue;
    field(names[i]);
    number(strtoull(text, NULL, 10));
  }
  tell();
}

static void sample_net(void) {
  char text[8192];
  begin("net");
  if (slurp("/proc/net/dev", text, sizeof text) > 0)
    for (char *at = strchr(text, '\n'); at != NULL && at[1] != 0; at = strchr(at + 1, '\n')) {
      char device[32];
      unsigned long long received, sent;
      if (sscanf(at + 1, " %31[^:]:%llu %*u %*u %*u %*u %*u %*u %*u %llu", device, &received, &sent) != 3) continue;
      field(device);
      number(received);
      number(sent);
    }
  tell();
}

/* The exits of the guest of a process; its folder is named PROCESS-DESCRIPTOR. */
static void exits_of(pid_t pid) {
  char begins[24], path[400], text[64];
  DIR *folder = opendir(KVM);
  int len = snprintf(begins, sizeof begins, "%d-", pid), found = 0;
  if (folder != NULL) {
    for (struct dirent *entry; !found && (entry = readdir(folder)) != NULL;)
      if (strncmp(entry->d_name, begins, len) == 0) found = slurp(join(path, sizeof path, "%s/%s/exits", KVM, entry->d_name), text, sizeof text) > 0;
    closedir(folder);
  }
  if (found) number(strtoull(text, NULL, 10));
  else field("");
}

static void sample_guest(const char *name, pid_t pid) {
  char path[64], text[2048];
  begin("guest");
  field(name);
  number(pid);
  exits_of(pid);
  unsigned long long pages = 0;
  if (slurp(join(path, sizeof path, "/proc/%d/statm", pid), text, sizeof text) > 0) sscanf(text, "%*u %llu", &pages);
  number(pages * (sysconf(_SC_PAGESIZE) / 1024));
  slurp(join(path, sizeof path, "/proc/%d/io", pid), text, sizeof text);
  number(number_of(text, "read_bytes:"));
  number(number_of(text, "write_bytes:"));
  DIR *tasks = opendir(join(path, sizeof path, "/proc/%d/task", pid));
  int count = 0;
  if (tasks == NULL) return;
  for (struct dirent *entry; (entry = readdir(tasks)) != NULL && count < 64;) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    if (slurp(join(path, sizeof path, "/proc/%d/task/%.12s/schedstat", pid, entry->d_name), text, sizeof text) <= 0) continue;
    field(entry->d_name);
    number(strtoull(text, NULL, 10));
    count++;
  }
  closedir(tasks);
  tell();
}

static void sample(void) {
  char text[4096], path[2 * MAX_NAME];
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  begin("sample");
  number(now.tv_sec * 1000000000ULL + now.tv_nsec);
  if (slurp("/proc/meminfo", text, sizeof text) < 0) text[0] = 0;
  number(number_of(text, "MemTotal:"));
  number(number_of(text, "MemAvailable:"));
  tell();
  begin("cpu");
  if (slurp("/proc/stat", text, sizeof text) > 0) {
    char *end = strchr(text, '\n'), *rest = text;
    if (end != NULL) *end = 0;
    strsep(&rest, " ");
    for (char *word; (word = strsep(&rest, " ")) != NULL;)
      if (*word != 0) field(word);
  }
  tell();
  sample_kvm();
  sample_net();
  int count = 0;
  for (int i = 0; i < file_count && count < MAX_GUESTS; i++) {
    if (files[i].kind != 0) continue;
    pid_t pid = process_in(join(path, sizeof path, "%s/%s.pid", kinds[0].folder, files[i].name));
    if (pid == 0) continue;
    sample_guest(files[i].name, pid);
    count++;
  }
  put("end\n", 4);
  flush();
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_DFL);
  setpriority(PRIO_PROCESS, 0, 5);
  sampling = argc > 1 && strcmp(argv[1], "sample") == 0;
  for (int round = 0; sampling; round++) {
    struct pollfd reader = {.fd = 1};
    if (round % LOOK_AGAIN == 0) look();
    else look_at_files();
    sample();
    /* Rates need two samples: the second comes soon. */
    if (poll(&reader, 1, round == 0 ? 500 : SAMPLE_S * 1000) != 0) return 0;
  }
  int news = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (news < 0) {
    perror("watch-guests");
    return 1;
  }
  for (;;) {
    const char *name;
    const uint32_t mask = IN_ONLYDIR | IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;
    /* A folder that is watched already stays so; one that was made anew is found. */
    for (int i = 0; i < KINDS; i++) inotify_add_watch(news, kinds[i].folder, mask);
    for (size_t i = 0; i < sizeof more_folders / sizeof *more_folders; i++) inotify_add_watch(news, more_folders[i], mask);
    look();
    pid_t daemon = daemon_process(&name);
    int death = daemon == 0 ? -1 : syscall(SYS_pidfd_open, daemon, 0);
    struct pollfd wait[] = {{.fd = news, .events = POLLIN}, {.fd = 1}, {.fd = death, .events = POLLIN}};
    while (poll(wait, 3, -1) < 0 && errno == EINTR) continue;
    if (wait[1].revents != 0) return 0;
    struct timespec gather = {.tv_nsec = GATHER_MS * 1000000L};
    nanosleep(&gather, NULL);
    char events[16 * 1024];
    while (read(news, events, sizeof events) > 0) continue;
    if (death >= 0) close(death);
  }
}
