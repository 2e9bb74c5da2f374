/* Debian's Redis allocates with jemalloc, which calls libfaketime, which allocates: it never starts. With this before
   it, the allocator of the C library is used. */
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

void *malloc(size_t size) { return __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return __libc_calloc(count, size); }
void *realloc(void *at, size_t size) { return __libc_realloc(at, size); }
void *memalign(size_t align, size_t size) { return __libc_memalign(align, size); }
void *aligned_alloc(size_t align, size_t size) { return __libc_memalign(align, size); }
void free(void *at) { __libc_free(at); }

int posix_memalign(void **at, size_t align, size_t size) {
  *at = __libc_memalign(align, size);
  return *at ? 0 : 12;
}

/* The size that the C library keeps before a block, without its three flags. */
size_t malloc_usable_size(void *at) {
  return at ? (((size_t *)at)[-1] & ~(size_t)7) - sizeof(size_t) : 0;
}

int mallctl(const char *name, void *old, size_t *old_size, void *new, size_t new_size) {
  (void)name, (void)old, (void)old_size, (void)new, (void)new_size;
  return 2;
}
