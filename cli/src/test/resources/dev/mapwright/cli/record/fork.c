/* A child with a copy of the space: both change their own, and the parent sees none of the child's. */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  char *area = mmap(NULL, 16 << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 3; i++) {
    pid_t child = fork();
    if (child == 0) {
      munmap(area + (i << 12), 1 << 12);
      mprotect(area + (8 << 12), 4 << 12, PROT_READ);
      free(malloc(1 << 20));
      _exit(0);
    }
    mprotect(area + ((i + 4) << 12), 1 << 12, PROT_NONE);
    waitpid(child, NULL, 0);
  }
  return 0;
}
