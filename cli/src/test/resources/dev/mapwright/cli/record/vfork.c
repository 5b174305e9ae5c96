/* A child that borrows its parent's space until it begins a program of its own. */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  char *area = mmap(NULL, 4 << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pid_t child = vfork();
  if (child == 0) {
    execl("/bin/true", "true", (char *)0);
    _exit(1);
  }
  waitpid(child, NULL, 0);
  munmap(area + (1 << 12), 1 << 12);
  child = vfork();
  if (child == 0) {
    _exit(0);
  }
  waitpid(child, NULL, 0);
  return 0;
}
