/* Sealed pages: nothing that would take them away is allowed any more. */
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_mseal
#define SYS_mseal 462
#endif

int main(void) {
  char *area = mmap(NULL, 8 << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  long sealed = syscall(SYS_mseal, area + (2 << 12), 2 << 12, 0);
  syscall(SYS_mseal, area + 1, 2 << 12, 0);
  munmap(area + (3 << 12), 1 << 12);
  mprotect(area, 8 << 12, PROT_READ);
  munmap(area, 1 << 12);
  mmap(area + (2 << 12), 1 << 12, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  return sealed == 0 ? 0 : 5;
}
