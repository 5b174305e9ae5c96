package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.PAGE;

import dev.mapwright.zircon.call.MxCalls;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** {@code mx_vmo_op_range}; the reference's section 10. */
record VmoOpRange(int vmo, int op, long offset, long size, Place data, long bufferSize)
    implements CallOperation<VmoOpRange.Call> {
  private static final int COMMIT = 1;
  private static final int DECOMMIT = 2;
  private static final int LOCK = 3;
  private static final int UNLOCK = 4;
  private static final int LOOKUP = 5;
  private static final int CACHE_SYNC = 6;
  private static final int CACHE_CLEAN_INVALIDATE = 9;

  /** Up to so many pages there is always memory, and beyond what is absurd there never is. */
  private static final long MOST_PAGES_COMMITTED = 512;

  static VmoOpRange draw(Draw draw) {
    int vmo = draw.find.vmo();
    int op = draw.random.chance(50) ? 1 + draw.random.below(2) : draw.random.below(11);
    long offset = draw.offset(vmo);
    long length = draw.random.below(6 * (int) PAGE);
    if (op == LOOKUP) {
      offset &= -PAGE;
      ModelVmo object = draw.find.vmoAt(vmo);
      length = 1L + draw.random.below((int) PAGE);
      if (object != null && !object.pages.isEmpty() && draw.random.chance(80)) {
        offset = object.pages.keySet().iterator().next() << 12;
        length = 1;
      }
    }
    if (op == COMMIT && draw.random.chance(5)) {
      offset = 0;
      length = -1;
    }
    return new VmoOpRange(
        vmo,
        op,
        offset,
        length,
        draw.data(Place.BUFFER),
        draw.random.chance(90) ? 4096 : draw.random.below(20));
  }

  @Override
  public @Nullable Call call(Names names) {
    ModelVmo object = names.vmo(vmo);
    if (op == COMMIT && object != null) {
      long left = object.sizeBytes - offset;
      long pages = (Bits.below(left, size) ? left : size) >>> 12;
      if (pages > MOST_PAGES_COMMITTED && pages <= World.ABSURD_PAGES) {
        return null;
      }
    }
    return new Call(names.handle(vmo), op, offset, size, names.buffer(data), bufferSize);
  }

  @Override
  public Witness witness(Sight sight, Call call, int seen) {
    boolean looked = seen == Status.OK && op == LOOKUP;
    return new Witness(seen, 0, 0, 0, looked ? sight.longs(call.buffer) : null, null);
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.comparison.views(driver.names.vmo(vmo));
  }

  /** The documented arguments. */
  record Call(int vmo, int op, long offset, long size, long buffer, long bufferSize)
      implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmoOpRange(machine.context(), vmo, op, offset, size, buffer, bufferSize);
    }

    @Override
    public int onModel(World world, Witness witness) {
      int status = world.look(vmo, 0, ModelVmo.class);
      if (status != Status.OK) {
        return status;
      }
      ModelVmo object = world.found(vmo, ModelVmo.class);
      return switch (op) {
        case COMMIT, DECOMMIT -> commitOrDecommit(object);
        case LOCK, UNLOCK -> Status.NOT_SUPPORTED;
        case LOOKUP -> lookup(world, object, witness);
        default -> cache(object);
      };
    }

    private int commitOrDecommit(ModelVmo object) {
      if (Bits.wraps(offset, size) || Bits.above(offset, object.sizeBytes)) {
        return Status.OUT_OF_RANGE;
      }
      long left = object.sizeBytes - offset;
      long length = Bits.below(left, size) ? left : size;
      if (length == 0) {
        return Status.OK;
      }
      long firstPage = offset >>> 12;
      long lastPage = (offset + length - 1) >>> 12;
      if (op == DECOMMIT) {
        object.scattered = true;
        object.pages.keySet().removeIf(page -> page >= firstPage && page <= lastPage);
        return Status.OK;
      }
      if (lastPage - firstPage >= World.ABSURD_PAGES) {
        return Status.NO_MEMORY;
      }
      for (long page = firstPage; page <= lastPage; page++) {
        object.own(page);
      }
      return Status.OK;
    }

    private int cache(ModelVmo object) {
      if (op < CACHE_SYNC || op > CACHE_CLEAN_INVALIDATE || size == 0) {
        return Status.INVALID_ARGS;
      }
      return inside(object) ? Status.OK : Status.OUT_OF_RANGE;
    }

    private boolean inside(ModelVmo object) {
      return !Bits.wraps(offset, size)
          && !Bits.above(offset, object.sizeBytes)
          && !Bits.above(offset + size, object.sizeBytes);
    }

    private int lookup(World world, ModelVmo object, Witness witness) {
      if (buffer == 0) {
        return Status.INVALID_ARGS;
      }
      if (Bits.wraps(offset, size)) {
        // More pages than any buffer holds, whichever way they are counted; both answers are right.
        return witness.status() == Status.OUT_OF_RANGE
            ? Status.OUT_OF_RANGE
            : Status.BUFFER_TOO_SMALL;
      }
      long firstPage = offset >>> 12;
      long end = Bits.roundUp(offset + size);
      long pages = (end == 0 && offset + size != 0 ? 1L << 52 : end >>> 12) - firstPage;
      if (Bits.below(bufferSize >>> 3, pages)) {
        return Status.BUFFER_TOO_SMALL;
      }
      if (size == 0) {
        return Status.INVALID_ARGS;
      }
      if (!inside(object)) {
        return Status.OUT_OF_RANGE;
      }
      for (long page = firstPage; page < firstPage + pages; page++) {
        if (object.show(page) == null) {
          return Status.NO_MEMORY;
        }
      }
      if (!world.writable(buffer, pages * 8)) {
        return Status.INVALID_ARGS;
      }
      List<Long> frames = frames(witness, pages);
      judge(object, frames);
      world.copyOut(buffer, World.bytes(frames.stream().mapToLong(Long::longValue).toArray()));
      return Status.OK;
    }

    /** The physical addresses that the machine gave; a model that plays the machine makes some. */
    private static List<Long> frames(Witness witness, long pages) {
      List<Long> seen = witness.frames();
      return seen == null
          ? LongStream.rangeClosed(1, pages).map(i -> i * PAGE).boxed().toList()
          : seen.subList(0, (int) Math.min(pages, seen.size()));
    }

    private static void judge(ModelVmo object, List<Long> frames) {
      Set<Long> distinct = new HashSet<>();
      for (long address : frames) {
        if (!Bits.aligned(address) || !distinct.add(address)) {
          throw new Divergence("lookup gave the physical addresses " + frames);
        }
      }
      if (object.contiguous && !object.scattered) {
        for (int i = 1; i < frames.size(); i++) {
          if (frames.get(i) != frames.get(i - 1) + PAGE) {
            throw new Divergence("a contiguous object has the physical addresses " + frames);
          }
        }
      }
    }
  }
}
