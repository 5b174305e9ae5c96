/* posix_spawn: a child on a stack of its own that glibc maps and unmaps. */
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

extern char **environ;

int main(void) {
  char *words[] = {"true", 0};
  for (int i = 0; i < 3; i++) {
    pid_t child;
    if (posix_spawn(&child, "/bin/true", 0, 0, words, environ) == 0) {
      waitpid(child, 0, 0);
    }
    mmap(0, 1 << 14, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }
  return 0;
}
