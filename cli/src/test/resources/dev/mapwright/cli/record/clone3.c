/* clone3 by its number: a child with its own space, and one that shares it. */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *area;

int main(void) {
  area = mmap(NULL, 8 << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct clone_args own = {.exit_signal = SIGCHLD};
  pid_t child = syscall(SYS_clone3, &own, sizeof own);
  if (child == 0) {
    munmap(area, 2 << 12);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  struct clone_args shared = {.flags = CLONE_VM | CLONE_VFORK, .exit_signal = SIGCHLD};
  child = syscall(SYS_clone3, &shared, sizeof shared);
  if (child == 0) {
    munmap(area + (4 << 12), 1 << 12);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  mprotect(area, 2 << 12, PROT_READ);
  return 0;
}
