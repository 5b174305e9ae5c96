/* The kernel's maple tree in user space: an entry at a random page of n is erased and stored back,
   in one thread, with nodes from a free list. Nothing in here is the kernel's; its tree is included
   from where its source is installed. */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/rcupdate.h>
#include <linux/init.h>

#ifndef fallthrough
#define fallthrough __attribute__((__fallthrough__))
#endif
#define module_init(x)
#define module_exit(x)
#define MODULE_AUTHOR(x)
#define MODULE_LICENSE(x)
#define dump_stack() abort()

#include "lib/maple_tree.c"

/* ---- what the tree asks of the kernel */

int kmalloc_verbose, test_verbose, preempt_count;

struct kmem_cache {
  size_t size, align;
  void *free;
  char *fresh, *end;
};

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
                                     unsigned int flags, void (*constructor)(void *)) {
  struct kmem_cache *cache = calloc(1, sizeof *cache);
  cache->size = size;
  cache->align = align ? align : 64;
  return cache;
}

void *kmem_cache_alloc_lru(struct kmem_cache *cache, struct list_lru *lru, int flags) {
  void *node = cache->free;
  if (node) {
    cache->free = *(void **)node;
  } else {
    if (cache->fresh == cache->end) {
      size_t bytes = 4096 * cache->size;
      if (posix_memalign((void **)&cache->fresh, cache->align, bytes))
        return NULL;
      cache->end = cache->fresh + bytes;
    }
    node = cache->fresh;
    cache->fresh += cache->size;
  }
  if (flags & __GFP_ZERO)
    memset(node, 0, cache->size);
  return node;
}

void kmem_cache_free(struct kmem_cache *cache, void *node) {
  *(void **)node = cache->free;
  cache->free = node;
}

int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t flags, size_t count, void **nodes) {
  for (size_t i = 0; i < count; i++)
    if (!(nodes[i] = kmem_cache_alloc_lru(cache, NULL, flags)))
      return i;
  return count;
}

void kmem_cache_free_bulk(struct kmem_cache *cache, size_t count, void **nodes) {
  for (size_t i = 0; i < count; i++)
    kmem_cache_free(cache, nodes[i]);
}

/* ---- the pairs */

static struct maple_tree tree;

/* The places are those of the engine's side, and so is the stream of random numbers. */
static unsigned long place(unsigned long number, int scattered) {
  if (!scattered)
    return 0x1000 + 2 * number;
  unsigned long mask = (1UL << 35) - 1, page = 0x1000 + number;
  do {
    page = page * 0x5851F42D4C957F2DUL & mask;
    page ^= page >> 17;
    page = page * 0x2545F4914F6CDD1DUL & mask;
    page ^= page >> 19;
  } while (page < 0x1000 || page > mask - 1);
  return page;
}

static void *entry(unsigned long number) {
  return xa_mk_value(number);
}

/* Makes a tree of n entries, with what the kernel asks of one for a process; how many failed. */
long mapwright_maple_make(long n, int scattered) {
  static int begun;
  long failed = 0;
  if (!begun)
    maple_tree_init();
  begun = 1;
  mt_init_flags(&tree, MT_FLAGS_ALLOC_RANGE | MT_FLAGS_USE_RCU);
  for (long i = 0; i < n; i++) {
    unsigned long page = place(i, scattered);
    failed += mtree_store(&tree, page, entry(i), GFP_KERNEL) != 0;
  }
  return failed;
}

long mapwright_maple_pairs(long n, int scattered, long operations, unsigned long *state) {
  unsigned long x = *state;
  long failed = 0;
  for (long k = 0; k < operations; k++) {
    x += 0x9E3779B97F4A7C15UL;
    unsigned long i = (((x ^ x >> 31) * 0xD1342543DE82EF95UL) >> 32) * n >> 32;
    unsigned long page = place(i, scattered);
    failed += mtree_erase(&tree, page) != entry(i);
    failed += mtree_store(&tree, page, entry(i), GFP_KERNEL) != 0;
  }
  *state = x;
  return failed;
}

void mapwright_maple_end(void) {
  mtree_destroy(&tree);
}
