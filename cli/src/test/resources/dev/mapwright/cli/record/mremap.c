/* Areas that grow, shrink and move; some moves are refused. */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

int main(void) {
  char *area = mmap(NULL, 4 << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  area = mremap(area, 4 << 12, 64 << 12, MREMAP_MAYMOVE);
  area = mremap(area, 64 << 12, 32 << 12, 0);
  char *place = mmap(NULL, 64 << 12, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mremap(area, 8 << 12, 8 << 12, MREMAP_MAYMOVE | MREMAP_FIXED, place + (4 << 12));
  mremap(area, 8 << 12, 9 << 12, 0);
  mremap(area + (8 << 12), 4 << 12, 4 << 12, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
  mremap(place, 64 << 12, 128 << 12, 0);
  char *shared = mmap(NULL, 4 << 12, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  mremap(shared, 0, 4 << 12, MREMAP_MAYMOVE);
  mremap(shared, 4 << 12, 0, 0);
  return 0;
}
