# Three programs to be counted, in /root/sys. How many bytes copy copies is drawn here, and stands in no file that is left.
# The numbers are small: under emulation a call that strace sees takes about a millisecond.
set -eu
mkdir -p /root/sys/src
cd /root/sys/src

cat >add.c <<'END'
/* add N: N additions, and nothing else. */
#include <stdlib.h>

int main(int argc, char **argv)
{
    long times = argc > 1 ? atol(argv[1]) : 10;
    volatile long sum = 0;
    for (long i = 0; i < times; i++) sum = sum + 1;
    return 0;
}
END

cat >copy.c <<'END'
/* copy [FILE]: copies zeros to FILE, or to nowhere, one byte at a time. Two processes share the work. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static int copy(int from, int to, int bytes)
{
    char byte;
    while (bytes-- > 0)
        if (read(from, &byte, 1) != 1 || write(to, &byte, 1) != 1) return 1;
    return 0;
}

int main(int argc, char **argv)
{
    int from = open("/dev/zero", O_RDONLY);
    int to = open(argc > 1 ? argv[1] : "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0644);
    int status;
    if (fork() == 0) _exit(copy(from, to, SECOND));
    if (copy(from, to, FIRST) != 0) return 1;
    wait(&status);
    return status != 0;
}
END

cat >clock.c <<'END'
/* clock N: asks for the time N times. */
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
    long times = argc > 1 ? atol(argv[1]) : 10;
    struct timespec now;
    for (long i = 0; i < times; i++) clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return 0;
}
END

tcc -o ../add add.c &
tcc -o ../clock clock.c &
tcc -DFIRST=$((250 + RANDOM % 200)) -DSECOND=$((250 + RANDOM % 300)) -o ../copy copy.c &
wait
# wait does not say whether they succeeded.
cd ..
test -x add -a -x clock -a -x copy
