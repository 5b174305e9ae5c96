/* System V segments: attached twice, at a chosen place, read-only; inherited by a child. */
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int segment = shmget(IPC_PRIVATE, 5 << 12, IPC_CREAT | 0600);
  char *one = shmat(segment, NULL, 0);
  char *two = shmat(segment, NULL, SHM_RDONLY);
  pid_t child = fork();
  if (child == 0) {
    shmdt(one);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  munmap(two + (1 << 12), 1 << 12);
  shmdt(two);
  shmdt(two);
  char *place = mmap(NULL, 8 << 12, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  shmat(segment, place, 0);
  shmat(segment, place, SHM_REMAP);
  shmctl(segment, IPC_RMID, NULL);
  one[0] = 1;
  return 0;
}
