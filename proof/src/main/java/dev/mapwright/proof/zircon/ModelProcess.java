package dev.mapwright.proof.zircon;

/** A process as far as memory goes: an address space that dies with it. */
final class ModelProcess {
  /** In order of creation; the caller is 0. */
  final int number;

  final ModelSpace space;
  boolean dead;

  ModelProcess(int number, ModelSpace space) {
    this.number = number;
    this.space = space;
  }

  void kill() {
    if (!dead) {
      dead = true;
      if (!space.root.dead) {
        space.destroy(space.root);
      }
    }
  }
}
