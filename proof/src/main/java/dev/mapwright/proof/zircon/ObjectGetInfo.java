package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;
import org.jspecify.annotations.Nullable;

/** {@code mx_object_get_info}; the reference's section 3. */
record ObjectGetInfo(int handle, int topic, Place data, long size, Place actual, Place available)
    implements CallOperation<ObjectGetInfo.Call> {
  private static final int HANDLE_VALID = 1;
  private static final int HANDLE_BASIC = 2;
  private static final int PROCESS = 3;
  private static final int VMAR = 7;
  private static final int PROCESS_MAPS = 13;
  private static final int VMAR_RECORD_BYTES = 16;

  static ObjectGetInfo draw(Draw draw) {
    boolean valid = draw.random.chance(30);
    return new ObjectGetInfo(
        valid ? draw.find.register(0, Registers.HANDLES) : draw.find.register(0, 16),
        valid ? HANDLE_VALID : draw.random.chance(95) ? VMAR : draw.random.below(40),
        draw.data(Place.BUFFER),
        draw.random.chance(85) ? VMAR_RECORD_BYTES : draw.random.below(20),
        draw.random.chance(50) ? Place.NULL : Place.cell(1),
        draw.random.chance(50) ? Place.NULL : Place.cell(2));
  }

  @Override
  public @Nullable Call call(Names names) {
    // Topics whose records the model does not know are not asked for.
    return topic == HANDLE_BASIC || topic == PROCESS || topic == PROCESS_MAPS
        ? null
        : new Call(
            names.handle(handle),
            topic,
            names.buffer(data),
            size,
            names.address(actual),
            names.address(available));
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.comparison.memory(call.buffer, VMAR_RECORD_BYTES);
    driver.comparison.memory(call.actual, 8);
  }

  /** The documented arguments. */
  record Call(int handle, int topic, long buffer, long size, long actual, long available)
      implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxObjectGetInfo(
          machine.context(), handle, topic, buffer, size, actual, available);
    }

    @Override
    public int onModel(World world, Witness witness) {
      if (topic != HANDLE_VALID && topic != VMAR) {
        return Status.NOT_SUPPORTED;
      }
      ModelHandle asked = world.handle(handle);
      if (asked == null) {
        return Status.BAD_HANDLE;
      }
      if (topic == HANDLE_VALID) {
        return Status.OK;
      }
      if (!(asked.object() instanceof ModelRegion region)) {
        return Status.WRONG_TYPE;
      }
      boolean fits = !Bits.below(size, VMAR_RECORD_BYTES);
      if (fits && !world.copyOut(buffer, World.bytes(region.base, region.sizeBytes))) {
        return Status.INVALID_ARGS;
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
}
