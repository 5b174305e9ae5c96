/* A file without a name, mapped shared and private, cut and mapped over. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
  int file = memfd_create("mapwright", 0);
  if (ftruncate(file, 16 << 12)) {
    return 1;
  }
  char *shared = mmap(NULL, 16 << 12, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  mmap(NULL, 4 << 12, PROT_READ, MAP_PRIVATE, file, 4 << 12);
  munmap(shared + (3 << 12), 2 << 12);
  mmap(shared + (8 << 12), 1 << 12, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0);
  mprotect(shared + (10 << 12), 1 << 12, PROT_NONE);
  msync(shared, 2 << 12, MS_SYNC);
  close(file);
  return 0;
}
