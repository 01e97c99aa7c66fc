/* Preloaded by test_ledger_powercut.py: writes down, in order, all that a program does to the files below a folder.

   GI_WATCHED is the folder, GI_LOG the file that gets the records, GI_TOLD a file whose writes are acknowledgements.
   A record: kind (1 byte), descriptor (4), number (8), length of text (4), length of data (4), text, data; little
   endian. Only what the tests' programs call is here; what were missed would make the rebuilt disk poorer, never
   richer, and one test compares the whole of it with the real files. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { UNKNOWN, WATCHED, ACKNOWLEDGING, LARGEST = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned char state[LARGEST];
static int out = -1;

#define REAL(name) \
    static __typeof__(&name) real; \
    if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void put(char kind, int fd, int64_t number, const char *text, const void *data, size_t length) {
    unsigned char head[21];
    uint32_t sizes[2] = {(uint32_t)strlen(text), (uint32_t)length};
    head[0] = (unsigned char)kind;
    memcpy(head + 1, &fd, 4);
    memcpy(head + 5, &number, 8);
    memcpy(head + 13, sizes, 8);
    struct iovec parts[3] = {{head, 21}, {(void *)text, sizes[0]}, {(void *)data, length}};
    pthread_mutex_lock(&lock);
    if (out < 0) {
        const char *name = getenv("GI_LOG");
        out = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (out < 0) _exit(99);
    }
    if (syscall(SYS_writev, out, parts, 3) != (long)(21 + sizes[0] + length)) _exit(98);
    pthread_mutex_unlock(&lock);
}

static int below(const char *path) {
    const char *folder = getenv("GI_WATCHED"), *told = getenv("GI_TOLD");
    if (told != NULL && strcmp(path, told) == 0) return ACKNOWLEDGING;
    if (folder == NULL) return UNKNOWN;
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0) ? WATCHED : UNKNOWN;
}

static int opened(int fd, int was_there) {
    int kept = errno;
    char link[64], path[PATH_MAX];
    if (fd < 0 || fd >= LARGEST) return fd;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    state[fd] = UNKNOWN;
    if (length > 0) {
        path[length] = 0;
        state[fd] = (unsigned char)below(path);
        if (state[fd] == WATCHED) {
            struct stat about;
            fstat(fd, &about);
            put(S_ISDIR(about.st_mode) ? 'D' : 'O', fd, was_there, path, "", 0);
        }
    }
    errno = kept;
    return fd;
}

static int there(int folder, const char *path) {
    struct stat about;
    int kept = errno, found = fstatat(folder, path, &about, 0) == 0;
    errno = kept;
    return found;
}

#define OPENING(name, folder, ...) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    } \
    REAL(name); \
    int was_there = there(folder, path); \
    int fd = real(__VA_ARGS__, flags, mode); \
    if (fd >= 0 && was_there && (flags & O_TRUNC)) { \
        opened(fd, was_there); \
        if (fd < LARGEST && state[fd] == WATCHED) put('T', fd, 0, "", "", 0); \
        return fd; \
    } \
    return opened(fd, was_there)

int open(const char *path, int flags, ...) { OPENING(open, AT_FDCWD, path); }
int open64(const char *path, int flags, ...) { OPENING(open64, AT_FDCWD, path); }
int openat(int folder, const char *path, int flags, ...) { OPENING(openat, folder, folder, path); }
int openat64(int folder, const char *path, int flags, ...) { OPENING(openat64, folder, folder, path); }

int close(int fd) {
    REAL(close);
    if (fd >= 0 && fd < LARGEST && state[fd] != UNKNOWN) {
        if (state[fd] == WATCHED) put('X', fd, 0, "", "", 0);
        state[fd] = UNKNOWN;
    }
    return real(fd);
}

static void wrote(int fd, const void *data, ssize_t length, int64_t offset) {
    int kept = errno;
    if (length > 0 && fd >= 0 && fd < LARGEST && state[fd] != UNKNOWN) {
        if (state[fd] == ACKNOWLEDGING) put('A', fd, 0, "", data, (size_t)length);
        else put('W', fd, offset, "", data, (size_t)length);
    }
    errno = kept;
}

ssize_t write(int fd, const void *data, size_t length) {
    REAL(write);
    int64_t offset = fd >= 0 && fd < LARGEST && state[fd] == WATCHED ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = real(fd, data, length);
    wrote(fd, data, done, offset);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    REAL(pwrite);
    ssize_t done = real(fd, data, length, offset);
    wrote(fd, data, done, offset);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    REAL(pwrite64);
    ssize_t done = real(fd, data, length, offset);
    wrote(fd, data, done, offset);
    return done;
}

#define AFTER_FD(kind, number) \
    int kept = errno; \
    if (done == 0 && fd >= 0 && fd < LARGEST && state[fd] == WATCHED) put(kind, fd, number, "", "", 0); \
    errno = kept; \
    return done

int ftruncate(int fd, off_t size) { REAL(ftruncate); int done = real(fd, size); AFTER_FD('T', size); }
int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); int done = real(fd, size); AFTER_FD('T', size); }
int fsync(int fd) { REAL(fsync); int done = real(fd); AFTER_FD('S', 0); }
int fdatasync(int fd) { REAL(fdatasync); int done = real(fd); AFTER_FD('S', 0); }

#define AFTER_PATH(kind, path, other) \
    int kept = errno; \
    if (done == 0 && below(path) == WATCHED) put(kind, -1, 0, path, other, strlen(other)); \
    errno = kept; \
    return done

int unlink(const char *path) { REAL(unlink); int done = real(path); AFTER_PATH('U', path, ""); }
int mkdir(const char *path, mode_t mode) { REAL(mkdir); int done = real(path, mode); AFTER_PATH('M', path, ""); }
int rename(const char *old, const char *new) { REAL(rename); int done = real(old, new); AFTER_PATH('R', old, new); }
int link(const char *old, const char *new) { REAL(link); int done = real(old, new); AFTER_PATH('L', old, new); }
