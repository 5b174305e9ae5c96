/* The heap grows and shrinks, and a hole is made in it. */
#define _DEFAULT_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
  char *start = sbrk(0);
  brk(start + (64 << 12));
  brk(start + (16 << 12));
  munmap(start + (4 << 12), 2 << 12);
  brk(start + (40 << 12));
  for (int i = 0; i < 20; i++) {
    free(malloc(i * 30000));
  }
  return 0;
}
