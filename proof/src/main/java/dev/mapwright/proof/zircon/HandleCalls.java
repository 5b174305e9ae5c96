package dev.mapwright.proof.zircon;

/** The calls on handles, written from the reference's section 3. */
final class HandleCalls {
  private static final int HANDLE_VALID = 1;
  private static final int HANDLE_BASIC = 2;
  private static final int PROCESS = 3;
  private static final int VMAR = 7;
  private static final int PROCESS_MAPS = 13;
  private static final int VMAR_RECORD_BYTES = 16;

  private final World world;

  HandleCalls(World world) {
    this.world = world;
  }

  int close(int value) {
    if (world.handle(value) == null) {
      return Status.BAD_HANDLE;
    }
    world.removeHandle(value);
    return Status.OK;
  }

  int duplicate(int value, int rights, long pointer, Witness witness) {
    ModelHandle handle = world.handle(value);
    if (handle == null) {
      return Status.BAD_HANDLE;
    }
    if (!handle.has(Bits.DUPLICATE)) {
      return Status.ACCESS_DENIED;
    }
    if (rights != Bits.SAME_RIGHTS && (rights & ~handle.rights()) != 0) {
      return Status.INVALID_ARGS;
    }
    if (!world.writable(pointer, 4)) {
      return Status.INVALID_ARGS;
    }
    int kept = rights == Bits.SAME_RIGHTS ? handle.rights() : rights;
    world.copyOut32(pointer, world.newHandle(witness.handle(), handle.object(), kept, witness));
    return Status.OK;
  }

  int replace(int value, int rights, long pointer, Witness witness) {
    ModelHandle handle = world.handle(value);
    if (handle == null) {
      return Status.BAD_HANDLE;
    }
    if (rights != Bits.SAME_RIGHTS && (rights & ~handle.rights()) != 0) {
      return Status.INVALID_ARGS;
    }
    if (!world.writable(pointer, 4)) {
      // The one failure that keeps nothing: neither the old handle nor a new one.
      world.removeHandle(value);
      return Status.INVALID_ARGS;
    }
    int kept = rights == Bits.SAME_RIGHTS ? handle.rights() : rights;
    int made = world.newHandle(witness.handle(), handle.object(), kept, witness);
    world.copyOut32(pointer, made);
    world.removeHandle(value);
    return Status.OK;
  }

  /** True for the topics whose records the model does not know; they are not asked for. */
  static boolean foreignTopic(int topic) {
    return topic == HANDLE_BASIC || topic == PROCESS || topic == PROCESS_MAPS;
  }

  int getInfo(int value, int topic, long buffer, long size, long actual, long available) {
    if (topic != HANDLE_VALID && topic != VMAR) {
      return Status.NOT_SUPPORTED;
    }
    ModelHandle handle = world.handle(value);
    if (handle == null) {
      return Status.BAD_HANDLE;
    }
    if (topic == HANDLE_VALID) {
      return Status.OK;
    }
    if (!(handle.object() instanceof ModelRegion region)) {
      return Status.WRONG_TYPE;
    }
    boolean fits = !Bits.below(size, VMAR_RECORD_BYTES);
    if (fits) {
      byte[] record = World.bytes(region.base, region.sizeBytes);
      if (!world.copyOut(buffer, record)) {
        return Status.INVALID_ARGS;
      }
    }
    if (actual != 0 && !world.copyOut64(actual, fits ? 1 : 0)) {
      return Status.INVALID_ARGS;
    }
    if (available != 0 && !world.copyOut64(available, 1)) {
      return Status.INVALID_ARGS;
    }
    return fits ? Status.OK : Status.BUFFER_TOO_SMALL;
  }
}
