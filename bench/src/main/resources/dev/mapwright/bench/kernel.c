/* The kernel's side of the rows about mapping: one page of n is unmapped and mapped back, in a loop
   that costs nothing beside the two system calls. */
#define _GNU_SOURCE
#include <sys/mman.h>


long mapwright_pairs(char *base, long n, long page, long operations, unsigned long *state) {
  unsigned long x = *state;
  long failed = 0;
  for (long k = 0; k < operations; k++) {
    x += 0x9E3779B97F4A7C15UL;
    unsigned long i = (((x ^ x >> 31) * 0xD1342543DE82EF95UL) >> 32) * n >> 32;
    char *at = base + i * page;
    int access = i & 1 ? PROT_NONE : PROT_READ | PROT_WRITE;
    failed += munmap(at, page) != 0;
    failed += mmap(at, page, access, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != at;
  }
  *state = x;
  return failed;
}

/* The same for a page inside one large mapping that is protected and protected back. */
long mapwright_splits(char *base, long n, long page, long operations, unsigned long *state) {
  unsigned long x = *state;
  long failed = 0;
  for (long k = 0; k < operations; k++) {
    x += 0x9E3779B97F4A7C15UL;
    unsigned long i = 1 + ((((x ^ x >> 31) * 0xD1342543DE82EF95UL) >> 32) * (n - 2) >> 32);
    failed += mprotect(base + i * page, page, PROT_READ) != 0;
    failed += mprotect(base + i * page, page, PROT_READ | PROT_WRITE) != 0;
  }
  *state = x;
  return failed;
}
