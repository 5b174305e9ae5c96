package dev.mapwright.proof.zircon;

/** Runs operations on a machine under test and on the model, one after the other, and compares. */
final class Driver {
  final Subject subject;
  final World world;
  final Registers registers;
  final Names names;
  final Sight sight;
  final Comparison comparison;
  final Tally tally = new Tally();

  Driver(Subject subject) {
    this.subject = subject;
    Boot boot = subject.boot();
    world = new World(boot);
    registers = new Registers(boot);
    names = new Names(world, registers);
    sight = new Sight(subject);
    comparison = new Comparison(world, subject);
  }

  /** Runs one operation; throws {@link Divergence}. */
  void step(Operation operation) {
    operation.step(this);
  }

  void judge(Operation operation, int expected, int seen) {
    tally.count(operation.getClass().getSimpleName(), seen);
    if (expected != seen) {
      throw new Divergence(
          "%s answered %s, expected %s"
              .formatted(operation, Status.name(seen), Status.name(expected)));
    }
  }

  /** A successful call's first handle goes to its register. */
  void keepHandle(Witness witness, int register) {
    if (witness.status() == Status.OK) {
      keep(witness.handle(), register);
    }
  }

  /** A handle goes to a register; what the register held is closed. */
  void keep(int value, int register) {
    int old = registers.handles[register];
    registers.handles[register] = value;
    if (old != value && world.handle(old) != null) {
      MxCall close = new HandleClose.Call(old);
      int seen = subject.call(close);
      if (seen != close.onModel(world, Witness.of(seen))) {
        throw new Divergence(
            "closing what register %d held answered %s".formatted(register, Status.name(seen)));
      }
    }
  }

  /** A successful call's address goes to its register. */
  void keepAddress(Witness witness, int register) {
    if (witness.status() == Status.OK) {
      registers.addresses[register] = witness.address();
    }
  }
}
