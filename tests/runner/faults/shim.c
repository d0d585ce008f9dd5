/* Between a process and the system: the number-th write, fsync, truncation, move or removal of a file below a folder goes wrong.
   Loaded with LD_PRELOAD; `shim_arm` says where and how, `shim_seen` how many there were, `shim_clock` sets the clock back. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { NOTHING, CUT, HALF, NO_SPACE, NO_FLUSH };

static char root[PATH_MAX];
static atomic_long seen, wanted;
static atomic_int action;
static atomic_long back;

void shim_arm(const char *folder, long number, int what) {
    strncpy(root, folder, sizeof root - 1);
    seen = 0;
    wanted = number;
    action = what;
}
long shim_seen(void) { return seen; }
void shim_clock(long seconds) { back = seconds; }

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static int below(const char *path) {
    char whole[PATH_MAX];
    if (!root[0]) return 0;
    if (path[0] == '/') return strncmp(path, root, strlen(root)) == 0;
    if (!getcwd(whole, sizeof whole)) return 0;
    return strncmp(whole, root, strlen(root)) == 0;
}

static int here(int is_ours) { return is_ours && ++seen == wanted ? (int)action : NOTHING; }

static int at_file(int file) {
    char link[64], path[PATH_MAX];
    if (!root[0]) return NOTHING;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0) return NOTHING;
    path[size] = 0;
    return here(below(path));
}

static void die(void) { kill(getpid(), SIGKILL); }

#define WRITING(NAME, ARGUMENTS, CALL, HALF_CALL, TYPE)                    \
    ssize_t NAME ARGUMENTS {                                               \
        ssize_t(*real) ARGUMENTS = next(#NAME);                            \
        switch (at_file(file)) {                                           \
        case HALF: (void)!HALF_CALL; /* fallthrough */                     \
        case CUT: die();                                                   \
        case NO_SPACE: errno = ENOSPC; return -1;                          \
        case NO_FLUSH: errno = EIO; return -1;                             \
        }                                                                  \
        return CALL;                                                       \
    }
WRITING(write, (int file, const void *from, size_t size), real(file, from, size), real(file, from, size / 2), x)
WRITING(pwrite, (int file, const void *from, size_t size, off_t at), real(file, from, size, at), real(file, from, size / 2, at), x)
WRITING(pwrite64, (int file, const void *from, size_t size, off64_t at), real(file, from, size, at), real(file, from, size / 2, at), x)

#define SIMPLE(NAME, ARGUMENTS, CALL, PLACE)                               \
    int NAME ARGUMENTS {                                                   \
        int(*real) ARGUMENTS = next(#NAME);                                \
        switch (PLACE) {                                                   \
        case HALF: case CUT: die();                                        \
        case NO_SPACE: errno = ENOSPC; return -1;                          \
        case NO_FLUSH: errno = EIO; return -1;                             \
        }                                                                  \
        return CALL;                                                       \
    }
SIMPLE(fsync, (int file), real(file), at_file(file))
SIMPLE(fdatasync, (int file), real(file), at_file(file))
SIMPLE(ftruncate, (int file, off_t size), real(file, size), at_file(file))
SIMPLE(ftruncate64, (int file, off64_t size), real(file, size), at_file(file))
SIMPLE(rename, (const char *from, const char *to), real(from, to), here(below(to)))
SIMPLE(unlink, (const char *path), real(path), here(below(path)))

int clock_gettime(clockid_t which, struct timespec *to) {
    int (*real)(clockid_t, struct timespec *) = next("clock_gettime");
    int done = real(which, to);
    if (which == CLOCK_REALTIME) to->tv_sec -= back;
    return done;
}
int gettimeofday(struct timeval *restrict to, void *restrict zone) {
    int (*real)(struct timeval *, void *) = next("gettimeofday");
    int done = real(to, zone);
    to->tv_sec -= back;
    return done;
}
time_t time(time_t *to) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (to) *to = now.tv_sec;
    return now.tv_sec;
}
