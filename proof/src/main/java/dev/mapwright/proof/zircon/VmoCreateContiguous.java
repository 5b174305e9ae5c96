package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.PAGE;

import dev.mapwright.zircon.call.MxCalls;
import org.jspecify.annotations.Nullable;

/** {@code mx_vmo_create_contiguous}; the reference's section 10. */
record VmoCreateContiguous(int handle, long size, int alignmentLog2, Place out, int to)
    implements CallOperation<VmoCreateContiguous.Call> {
  /** Up to so many pages there is always room, and beyond what is absurd there never is. */
  private static final long MOST_PAGES = 64;

  private static final int MOST_ALIGNMENT_LOG2 = 16;
  private static final int ABSURD_ALIGNMENT_LOG2 = 38;

  static VmoCreateContiguous draw(Draw draw) {
    return new VmoCreateContiguous(
        Registers.RESOURCE,
        draw.random.chance(5) ? 1L << 62 : 1 + draw.random.below(8 * PAGE),
        draw.random.oneOf(0, 12, 13, 16, draw.random.chance(10) ? 50 : 0),
        draw.out(),
        draw.find.freeVmo());
  }

  @Override
  public @Nullable Call call(Names names) {
    long pages = Bits.roundUp(size) >>> 12;
    boolean mayOrMayNotFit =
        (pages > MOST_PAGES && pages <= World.ABSURD_PAGES)
            || (alignmentLog2 > MOST_ALIGNMENT_LOG2 && alignmentLog2 <= ABSURD_ALIGNMENT_LOG2);
    return mayOrMayNotFit
        ? null
        : new Call(names.handle(handle), size, alignmentLog2, names.address(out));
  }

  @Override
  public Witness witness(Sight sight, Call call, int seen) {
    return sight.handle(seen, call.pointer);
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.keepHandle(witness, Registers.vmoTarget(to));
  }

  /** The documented arguments. */
  record Call(int resource, long size, int alignmentLog2, long pointer) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmoCreateContiguous(
          machine.context(), resource, size, alignmentLog2, pointer);
    }

    @Override
    public int onModel(World world, Witness witness) {
      boolean oddAlignment = alignmentLog2 != 0 && (alignmentLog2 < 12 || alignmentLog2 >= 64);
      if (size == 0 || oddAlignment) {
        return Status.INVALID_ARGS;
      }
      ModelHandle named = world.handle(resource);
      if (named == null) {
        return Status.BAD_HANDLE;
      }
      if (!named.object().equals(World.RESOURCE)) {
        return Status.WRONG_TYPE;
      }
      long rounded = Bits.roundUp(size);
      boolean absurd = rounded >>> 12 > World.ABSURD_PAGES || alignmentLog2 > ABSURD_ALIGNMENT_LOG2;
      if (rounded == 0 || absurd) {
        return Status.NO_MEMORY;
      }
      if (!world.writable(pointer, 4)) {
        return Status.INVALID_ARGS;
      }
      ModelVmo made = world.newVmo(rounded, null, 0, true);
      for (long page = 0; page < rounded >>> 12; page++) {
        made.own(page);
      }
      return world.deliver(made, ModelVmo.RIGHTS, pointer, witness);
    }
  }
}
