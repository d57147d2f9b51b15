// Preloaded into a program: of the threads that it starts, only the first THREADS begin, as where the process may have no
// more.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
    static atomic_int begun;
    const char* most = getenv("THREADS");
    if (most && atomic_fetch_add(&begun, 1) >= atoi(most)) return EAGAIN;
    return ((__typeof__(&pthread_create))dlsym(RTLD_NEXT, "pthread_create"))(thread, attributes, start, argument);
}
