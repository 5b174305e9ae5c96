/* A process copies itself again and again while its threads map and unmap. */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void *work(void *argument) {
  for (int i = 0; i < 60; i++) {
    char *at = mmap(NULL, (i % 7 + 1) << 12, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(at, 1 << 12, PROT_NONE);
    if (i % 3) munmap(at, (i % 7 + 1) << 12);
  }
  return argument;
}

int main(void) {
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, work, NULL);
  for (int i = 0; i < 4; i++) {
    pid_t child = fork();
    if (child == 0) {
      mmap(NULL, 1 << 12, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      _exit(0);
    }
    waitpid(child, NULL, 0);
  }
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  return 0;
}
