#include "unit/cli/no_threads.hpp"

#include <atomic>
#include <cerrno>
#include <dlfcn.h>
#include <pthread.h>

namespace {

std::atomic<bool> none_begins{false};

}  // namespace

// In place of the C library's, in this test program.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                              void* argument) noexcept {
    if (none_begins) return EAGAIN;
    using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
    return reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"))(thread, attributes, start, argument);
}

namespace msh::cli {

NoThreads::NoThreads() {
    none_begins = true;
}

NoThreads::~NoThreads() {
    none_begins = false;
}

}  // namespace msh::cli
