// Preloaded into a program: the file of the path UNREADABLE can be opened, but every read of it fails, as on a disk with
// a bad sector. So do those of its other hard links. With UNREADABLE_AT, those reads alone that the byte at this offset
// is among.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_bad(int fd, off64_t offset, size_t size) {
    const char* at = getenv("UNREADABLE_AT");
    const char* path = getenv("UNREADABLE");
    struct stat bad;
    struct stat read;
    if (at && (atoll(at) < offset || atoll(at) - offset >= (off64_t)size)) return 0;
    return path && stat(path, &bad) == 0 && fstat(fd, &read) == 0 && bad.st_dev == read.st_dev &&
           bad.st_ino == read.st_ino;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t read(int fd, void* into, size_t size) {
    if (!is_bad(fd, lseek64(fd, 0, SEEK_CUR), size)) return NEXT(read)(fd, into, size);
    errno = EIO;
    return -1;
}

#define FAIL_AT(name, offset_type)                                      \
    ssize_t name(int fd, void* into, size_t size, offset_type offset) { \
        if (!is_bad(fd, offset, size)) return NEXT(name)(fd, into, size, offset); \
        errno = EIO;                                                    \
        return -1;                                                      \
    }
FAIL_AT(pread, off_t)
FAIL_AT(pread64, off64_t)
