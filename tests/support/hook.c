// Preloaded into a program: runs the shell command of HOOK once, when the program first looks at the path HOOK_AT. So a
// test can let something happen between two steps of a program.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void meet(const char* path) {
    static atomic_flag done = ATOMIC_FLAG_INIT;
    const char* at = getenv("HOOK_AT");
    const char* command = getenv("HOOK");
    if (!at || !command || strcmp(path, at) != 0 || atomic_flag_test_and_set(&done)) return;
    unsetenv("LD_PRELOAD");
    if (system(command) != 0) abort();
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define MEET_IN_STAT(name)                            \
    int name(const char* path, struct name* status) { \
        meet(path);                                   \
        return NEXT(name)(path, status);              \
    }
MEET_IN_STAT(stat)
MEET_IN_STAT(stat64)

char* realpath(const char* path, char* resolved) {
    meet(path);
    return NEXT(realpath)(path, resolved);
}

#define MEET_IN_OPEN(name)                                                        \
    int name(const char* path, int flags, ...) {                                  \
        va_list rest;                                                             \
        va_start(rest, flags);                                                    \
        const int mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, int) : 0; \
        va_end(rest);                                                             \
        meet(path);                                                               \
        return NEXT(name)(path, flags, mode);                                     \
    }
MEET_IN_OPEN(open)
MEET_IN_OPEN(open64)
