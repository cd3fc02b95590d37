# Two programs and one printing library with two drivers, in /root/print. The key in the library is this learner's own:
# every page carries a stamp made with it, so that a page typed by hand is told from a printed one.
set -eu
mkdir -p /root/print/src
cd /root/print/src

cat >lp.h <<'END'
/* The interface of the printing library: all that a program needs to know about printers. */
int lp_print(const char *program, const char *text);
END

cat >word.c <<'END'
/* Prints text. Knows no printer. */
#include <stdio.h>
#include <string.h>
#include "lp.h"

int main(int argc, char **argv)
{
    char text[200] = "";
    for (int i = 1; i < argc; i++) {
        if (strlen(text) + strlen(argv[i]) + 2 > sizeof text) return 2;
        if (i > 1) strcat(text, " ");
        strcat(text, argv[i]);
    }
    return lp_print("word", text);
}
END

cat >excel.c <<'END'
/* Prints a row of numbers and their sum. Knows no printer. */
#include <stdio.h>
#include <stdlib.h>
#include "lp.h"

int main(int argc, char **argv)
{
    char row[200] = "";
    int length = 0;
    long sum = 0;
    for (int i = 1; i < argc && length < 150; i++) {
        sum += atol(argv[i]);
        length += snprintf(row + length, 20, "%ld  ", atol(argv[i]));
    }
    snprintf(row + length, 30, "sum %ld", sum);
    return lp_print("excel", row);
}
END

cat >lp.c <<'END'
/* The printing library: one page is one line at the end of paper.txt. A driver adds its name and the way it sets a text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lp.h"

extern const char *driver_name;
void driver_set(const char *text, char *out, int size);

static const char key[] = LP_KEY;

static unsigned stamp_of(const char *line)
{
    unsigned hash = 2166136261u;
    for (const char *c = key; *c; c++) hash = (hash ^ (unsigned char)*c) * 16777619u;
    for (const char *c = line; *c; c++) hash = (hash ^ (unsigned char)*c) * 16777619u;
    return hash;
}

int lp_print(const char *program, const char *text)
{
    const char *paper = getenv("LP_PAPER");
    char set[500], line[600];
    int jobs = 0, c;
    FILE *file = fopen(paper ? paper : "/root/print/paper.txt", "a+");
    if (!file) return 1;
    while ((c = getc(file)) != EOF)
        if (c == '\n') jobs++;
    driver_set(text, set, sizeof set);
    for (char *p = set; *p; p++)
        if (*p == '|' || *p == '\n') *p = ' ';
    snprintf(line, sizeof line, "job %d | %s | %s | %s", jobs + 1, driver_name, program, set);
    fprintf(file, "%s | %08x\n", line, stamp_of(line));
    printf("%s | %08x\n", line, stamp_of(line));
    return fclose(file) == 0 ? 0 : 1;
}
END

cat >dot.c <<'END'
/* A dot-matrix printer: capital letters, widely set. */
const char *driver_name = "dot";

void driver_set(const char *text, char *out, int size)
{
    int n = 0;
    for (; *text && n < size - 2; text++) {
        unsigned char c = *text;
        out[n++] = c >= 'a' && c <= 'z' ? c - 32 : c;
        if (c < 128 && text[1]) out[n++] = ' ';
    }
    out[n] = 0;
}
END

cat >laser.c <<'END'
/* A laser printer: sets a text as it is. */
#include <stdio.h>

const char *driver_name = "laser";

void driver_set(const char *text, char *out, int size)
{
    snprintf(out, size, "%s", text);
}
END

key=lp-key-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
# The four compilations are most of the time that this takes: two at a time, for the host has two CPUs.
for driver in dot laser; do
  tcc -shared -Wl,-soname=liblp.so.1 "-DLP_KEY=\"$key\"" -o "../liblp-$driver.so" lp.c "$driver.c" &
done
wait
cd ..
ln -s liblp-dot.so liblp.so.1
for program in word excel; do
  tcc -o "$program" "src/$program.c" -Wl,-rpath=/root/print liblp.so.1 &
done
wait
# wait does not say whether they succeeded.
test -x word -a -x excel -a -f liblp-laser.so
