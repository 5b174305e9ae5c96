package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.above;
import static dev.mapwright.proof.zircon.Bits.aligned;
import static dev.mapwright.proof.zircon.Bits.below;
import static dev.mapwright.proof.zircon.Bits.roundUp;
import static dev.mapwright.proof.zircon.Bits.wraps;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The calls on memory objects, written from the reference's sections 10 and 12.1. */
final class VmoCalls {
  private static final int NEW_RIGHTS =
      Bits.DUPLICATE | Bits.TRANSFER | Bits.READ | Bits.WRITE | Bits.EXECUTE | Bits.MAP;

  private static final int COMMIT = 1;
  private static final int DECOMMIT = 2;
  private static final int LOCK = 3;
  private static final int UNLOCK = 4;
  private static final int LOOKUP = 5;
  private static final int CACHE_SYNC = 6;
  private static final int CACHE_CLEAN_INVALIDATE = 9;

  private final World world;

  VmoCalls(World world) {
    this.world = world;
  }

  int create(long size, int options, long pointer, Witness witness) {
    if (options != 0) {
      return Status.INVALID_ARGS;
    }
    if (above(size, Bits.LARGEST_VMO_BYTES)) {
      return Status.NO_MEMORY;
    }
    if (!world.writable(pointer, 4)) {
      return Status.INVALID_ARGS;
    }
    return enter(world.newVmo(size, null, 0, false), NEW_RIGHTS, pointer, witness);
  }

  int createContiguous(
      int resourceHandle, long size, int alignmentLog2, long pointer, Witness witness) {
    boolean oddAlignment = alignmentLog2 != 0 && (alignmentLog2 < 12 || alignmentLog2 >= 64);
    if (size == 0 || oddAlignment) {
      return Status.INVALID_ARGS;
    }
    ModelHandle handle = world.handle(resourceHandle);
    if (handle == null) {
      return Status.BAD_HANDLE;
    }
    if (!handle.object().equals(World.RESOURCE)) {
      return Status.WRONG_TYPE;
    }
    long rounded = roundUp(size);
    if (rounded == 0 || rounded >>> 12 > World.ABSURD_PAGES || alignmentLog2 > 38) {
      return Status.NO_MEMORY;
    }
    if (!world.writable(pointer, 4)) {
      return Status.INVALID_ARGS;
    }
    ModelVmo vmo = world.newVmo(rounded, null, 0, true);
    for (long page = 0; page < rounded >>> 12; page++) {
      vmo.own(page);
    }
    return enter(vmo, NEW_RIGHTS, pointer, witness);
  }

  private int enter(ModelVmo vmo, int rights, long pointer, Witness witness) {
    world.copyOut32(pointer, world.newHandle(witness.handle(), vmo, rights, witness));
    return Status.OK;
  }

  /** The status of finding an object by its handle. */
  private int find(int value, int rights) {
    ModelHandle handle = world.handle(value);
    if (handle == null) {
      return Status.BAD_HANDLE;
    }
    if (!handle.has(rights)) {
      return Status.ACCESS_DENIED;
    }
    return handle.object() instanceof ModelVmo ? Status.OK : Status.WRONG_TYPE;
  }

  private ModelVmo found(int value) {
    ModelHandle handle = world.handle(value);
    if (handle != null && handle.object() instanceof ModelVmo vmo) {
      return vmo;
    }
    throw new IllegalStateException("not looked up before");
  }

  int read(int value, long data, long offset, long length, long actual) {
    int status = find(value, Bits.READ);
    return status != Status.OK ? status : read(found(value), data, offset, length, actual);
  }

  /** The part that process_read_memory shares. */
  int read(ModelVmo vmo, long data, long offset, long length, long actual) {
    if (!world.writable(data, length)) {
      return Status.INVALID_ARGS;
    }
    if (wraps(offset, length) || above(offset, vmo.sizeBytes)) {
      return Status.OUT_OF_RANGE;
    }
    int done = trimmed(vmo, offset, length);
    if (done > 0) {
      world.copyOut(data, vmo.read(offset, done));
    }
    return world.copyOut64(actual, done) ? Status.OK : Status.INVALID_ARGS;
  }

  int write(int value, long data, long offset, long length, long actual) {
    int status = find(value, Bits.WRITE);
    return status != Status.OK ? status : write(found(value), data, offset, length, actual);
  }

  /** The part that process_write_memory shares. */
  int write(ModelVmo vmo, long data, long offset, long length, long actual) {
    if (!world.readable(data, length)) {
      return Status.INVALID_ARGS;
    }
    if (wraps(offset, length) || above(offset, vmo.sizeBytes)) {
      return Status.OUT_OF_RANGE;
    }
    int done = trimmed(vmo, offset, length);
    if (done > 0) {
      vmo.write(offset, world.load(world.caller().space, data, done));
    }
    return world.copyOut64(actual, done) ? Status.OK : Status.INVALID_ARGS;
  }

  /** How many bytes of a transfer lie inside; the caller's buffer bounds it to an int. */
  private static int trimmed(ModelVmo vmo, long offset, long length) {
    long left = vmo.sizeBytes - offset;
    return (int) (below(left, length) ? left : length);
  }

  int getSize(int value, long pointer) {
    int status = find(value, 0);
    if (status != Status.OK) {
      return status;
    }
    return world.copyOut64(pointer, found(value).sizeBytes) ? Status.OK : Status.INVALID_ARGS;
  }

  int setSize(int value, long size) {
    int status = find(value, Bits.WRITE);
    if (status != Status.OK) {
      return status;
    }
    if (above(size, Bits.LARGEST_VMO_BYTES)) {
      return Status.OUT_OF_RANGE;
    }
    found(value).setSize(size);
    return Status.OK;
  }

  int opRange(
      int value, int op, long offset, long size, long buffer, long bufferSize, Witness witness) {
    int status = find(value, 0);
    if (status != Status.OK) {
      return status;
    }
    ModelVmo vmo = found(value);
    if (op == COMMIT || op == DECOMMIT) {
      if (wraps(offset, size) || above(offset, vmo.sizeBytes)) {
        return Status.OUT_OF_RANGE;
      }
      long left = vmo.sizeBytes - offset;
      long length = below(left, size) ? left : size;
      if (length == 0) {
        return Status.OK;
      }
      long firstPage = offset >>> 12;
      long lastPage = (offset + length - 1) >>> 12;
      return op == COMMIT ? commit(vmo, firstPage, lastPage) : decommit(vmo, firstPage, lastPage);
    }
    if (op == LOCK || op == UNLOCK) {
      return Status.NOT_SUPPORTED;
    }
    if (op == LOOKUP) {
      return lookup(vmo, offset, size, buffer, bufferSize, witness);
    }
    if (op < CACHE_SYNC || op > CACHE_CLEAN_INVALIDATE) {
      return Status.INVALID_ARGS;
    }
    if (size == 0) {
      return Status.INVALID_ARGS;
    }
    return inside(vmo, offset, size) ? Status.OK : Status.OUT_OF_RANGE;
  }

  private static boolean inside(ModelVmo vmo, long offset, long size) {
    return !wraps(offset, size)
        && !above(offset, vmo.sizeBytes)
        && !above(offset + size, vmo.sizeBytes);
  }

  private static int commit(ModelVmo vmo, long firstPage, long lastPage) {
    if (lastPage - firstPage >= World.ABSURD_PAGES) {
      return Status.NO_MEMORY;
    }
    for (long page = firstPage; page <= lastPage; page++) {
      vmo.own(page);
    }
    return Status.OK;
  }

  private static int decommit(ModelVmo vmo, long firstPage, long lastPage) {
    vmo.scattered = true;
    vmo.pages.keySet().removeIf(page -> page >= firstPage && page <= lastPage);
    return Status.OK;
  }

  private int lookup(
      ModelVmo vmo, long offset, long size, long buffer, long bufferSize, Witness witness) {
    if (buffer == 0) {
      return Status.INVALID_ARGS;
    }
    long firstPage = offset >>> 12;
    long pages;
    if (wraps(offset, size)) {
      // More pages than any buffer holds, whichever way they are counted; both answers are right.
      return witness.status() == Status.OUT_OF_RANGE
          ? Status.OUT_OF_RANGE
          : Status.BUFFER_TOO_SMALL;
    }
    long end = roundUp(offset + size);
    pages = (end == 0 && offset + size != 0 ? 1L << 52 : end >>> 12) - firstPage;
    if (below(bufferSize >>> 3, pages)) {
      return Status.BUFFER_TOO_SMALL;
    }
    if (size == 0) {
      return Status.INVALID_ARGS;
    }
    if (!inside(vmo, offset, size)) {
      return Status.OUT_OF_RANGE;
    }
    for (long page = firstPage; page < firstPage + pages; page++) {
      if (vmo.show(page) == null) {
        return Status.NO_MEMORY;
      }
    }
    if (!world.writable(buffer, pages * 8)) {
      return Status.INVALID_ARGS;
    }
    List<Long> seen = witness.frames();
    if (seen != null) {
      List<Long> frames = seen.subList(0, (int) Math.min(pages, seen.size()));
      judgeFrames(vmo, frames);
      world.copyOut(buffer, World.bytes(frames.stream().mapToLong(Long::longValue).toArray()));
    }
    return Status.OK;
  }

  private static void judgeFrames(ModelVmo vmo, List<Long> list) {
    Set<Long> distinct = new HashSet<>();
    for (long address : list) {
      if (!aligned(address) || !distinct.add(address)) {
        throw new Divergence("lookup gave the physical addresses " + list);
      }
    }
    if (vmo.contiguous && !vmo.scattered) {
      for (int i = 1; i < list.size(); i++) {
        if (list.get(i) != list.get(i - 1) + Bits.PAGE) {
          throw new Divergence("a contiguous object has the physical addresses " + list);
        }
      }
    }
  }

  int cloneOf(int value, int options, long offset, long size, long pointer, Witness witness) {
    int status = find(value, Bits.DUPLICATE | Bits.READ);
    if (status != Status.OK) {
      return status;
    }
    if (options != 1) {
      return Status.INVALID_ARGS;
    }
    if (above(size, Bits.LARGEST_VMO_BYTES)) {
      return Status.OUT_OF_RANGE;
    }
    if (!aligned(offset)) {
      return Status.INVALID_ARGS;
    }
    if (wraps(offset, size)) {
      return Status.OUT_OF_RANGE;
    }
    if (!world.writable(pointer, 4)) {
      return Status.INVALID_ARGS;
    }
    ModelHandle source = world.handle(value);
    int rights = source == null ? 0 : source.rights();
    ModelVmo clone = world.newVmo(size, found(value), offset >>> 12, false);
    return enter(clone, rights | Bits.WRITE | Bits.EXECUTE | Bits.MAP, pointer, witness);
  }
}
