package dev.mapwright.proof.zircon;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything the model knows: the processes, the caller's handles, and the caller's memory through
 * which pointers are read and written.
 */
final class World {
  /** More pages than any machine under test has: asking for them is NO_MEMORY. */
  static final long ABSURD_PAGES = 1L << 26;

  static final Object JOB = "job";
  static final Object RESOURCE = "resource";

  private static final int REMEMBERED_CLOSED_HANDLES = 4096;

  final List<ModelProcess> processes = new ArrayList<>();
  final Map<Integer, ModelHandle> handles = new HashMap<>();
  final long rootBase;
  final long rootBytes;

  /** The object under the caller's scratch. */
  final ModelVmo scratch;

  /** Where new regions and mappings may go. */
  final Placement placement = new Placement();

  /** The values closed last, oldest first: none of them may name anything again. */
  private final Set<Integer> closedHandles = new LinkedHashSet<>();

  /** The device's pages. */
  private final byte[][] device = new byte[Boot.DEVICE_PAGES][(int) Bits.PAGE];

  private int lastVmo;
  private int lastHandle = 1_000_001;

  World(Boot boot) {
    rootBase = boot.rootBase();
    rootBytes = boot.rootBytes();
    ModelProcess caller = newProcess();
    ModelRegion root = caller.space.root;
    scratch = newVmo(Boot.SCRATCH_PAGES * Bits.PAGE, null, 0, false);
    for (int i = 0; i < Boot.SCRATCH_PAGES; i++) {
      scratch.own(i);
      int both = Bits.PERM_READ | Bits.PERM_WRITE;
      PageEntry entry = new PageEntry(scratch, i, root, both, Bits.PERM_ALL);
      caller.space.pages.put(((rootBase + Boot.SCRATCH) >>> 12) + i, entry);
    }
    ModelVmo input = newVmo(Boot.INPUT_PAGES * Bits.PAGE, null, 0, false);
    input.write(0, Boot.input());
    for (int i = 0; i < Boot.INPUT_PAGES; i++) {
      PageEntry entry = new PageEntry(input, i, root, Bits.PERM_READ, Bits.PERM_ALL);
      caller.space.pages.put(((rootBase + Boot.INPUT) >>> 12) + i, entry);
    }
    int regionRights = Bits.DUPLICATE | Bits.TRANSFER | Bits.READ | Bits.WRITE | Bits.EXECUTE;
    handles.put(boot.root(), new ModelHandle(root, regionRights));
    handles.put(boot.job(), new ModelHandle(JOB, boot.jobRights()));
    handles.put(boot.resource(), new ModelHandle(RESOURCE, boot.resourceRights()));
  }

  ModelProcess caller() {
    return processes.getFirst();
  }

  ModelProcess newProcess() {
    ModelProcess process = new ModelProcess(processes.size(), new ModelSpace(rootBase, rootBytes));
    processes.add(process);
    return process;
  }

  ModelVmo newVmo(long size, @Nullable ModelVmo parent, long parentPage, boolean contiguous) {
    return new ModelVmo(++lastVmo, size, parent, parentPage, contiguous);
  }

  ModelVmo newDeviceVmo(int firstPage, int pages) {
    return ModelVmo.ofDevice(++lastVmo, Arrays.copyOfRange(device, firstPage, firstPage + pages));
  }

  @Nullable ModelHandle handle(int value) {
    return handles.get(value);
  }

  /** The status of finding an object by its handle: the handle, its rights, then the type. */
  int look(int value, int rights, Class<?> type) {
    ModelHandle handle = handles.get(value);
    if (handle == null) {
      return Status.BAD_HANDLE;
    }
    if (!handle.has(rights)) {
      return Status.ACCESS_DENIED;
    }
    return type.isInstance(handle.object()) ? Status.OK : Status.WRONG_TYPE;
  }

  /** What a handle names that was looked up before. */
  <T> T found(int value, Class<T> type) {
    ModelHandle handle = handles.get(value);
    if (handle == null) {
      throw new IllegalStateException("not looked up before");
    }
    return type.cast(handle.object());
  }

  /** Makes a handle to an object and stores its value through a pointer that is good. */
  int deliver(Object object, int rights, long pointer, Witness witness) {
    copyOut32(pointer, newHandle(witness.handle(), object, rights, witness));
    return Status.OK;
  }

  /** Checks the value a new handle got, and enters it. */
  int newHandle(int seen, Object object, int rights, Witness witness) {
    int value = seen;
    if (witness.choices() != null) {
      lastHandle += 2;
      value = lastHandle;
    }
    if (value <= 0 || (value & 1) == 0) {
      throw new Divergence("a new handle has the value " + value);
    }
    if (handles.containsKey(value)) {
      throw new Divergence("the new handle " + value + " is already in use");
    }
    if (closedHandles.contains(value)) {
      throw new Divergence("the handle " + value + " was closed before and is given out again");
    }
    handles.put(value, new ModelHandle(object, rights));
    return value;
  }

  /** Takes a handle away; the last one to a process ends the process. */
  void removeHandle(int value) {
    ModelHandle handle = handles.remove(value);
    if (handle == null) {
      return;
    }
    closedHandles.add(value);
    if (closedHandles.size() > REMEMBERED_CLOSED_HANDLES) {
      closedHandles.remove(closedHandles.iterator().next());
    }
    if (handle.object() instanceof ModelProcess process
        && handles.values().stream().noneMatch(other -> other.object() == process)) {
      process.kill();
    }
  }

  // Accesses to memory. Section 11: the tree, the permission, the object's size, then the page.

  /** The status of an access; needs is a PERM_x bit. */
  int access(ModelSpace space, long address, int needs) {
    PageEntry entry = space.at(address);
    if (entry == null) {
      return Status.NOT_FOUND;
    }
    if ((entry.permissions & needs) != needs) {
      return Status.ACCESS_DENIED;
    }
    return entry.vmo.covers(entry.vmoPage) ? Status.OK : Status.OUT_OF_RANGE;
  }

  /** The first failing status of the pages in [address, address + length), else OK. */
  int access(ModelSpace space, long address, long length, int needs) {
    if (length == 0) {
      return Status.OK;
    }
    if (Bits.wraps(address, length - 1)) {
      return Status.NOT_FOUND;
    }
    long last = (address + length - 1) >>> 12;
    for (long page = address >>> 12; page <= last; page++) {
      int status = access(space, page << 12, needs);
      if (status != Status.OK) {
        return status;
      }
    }
    return Status.OK;
  }

  /** What a read of accessible memory sees. */
  byte[] load(ModelSpace space, long address, int length) {
    byte[] out = new byte[length];
    for (int i = 0; i < length; ) {
      int within = (int) ((address + i) & (Bits.PAGE - 1));
      int run = Math.min(length - i, (int) Bits.PAGE - within);
      PageEntry entry = space.at(address + i);
      byte[] shown = entry == null ? null : entry.vmo.show(entry.vmoPage);
      if (shown != null) {
        System.arraycopy(shown, within, out, i, run);
      }
      i += run;
    }
    return out;
  }

  void store(ModelSpace space, long address, byte[] data) {
    for (int i = 0; i < data.length; ) {
      int within = (int) ((address + i) & (Bits.PAGE - 1));
      int run = Math.min(data.length - i, (int) Bits.PAGE - within);
      PageEntry entry = space.at(address + i);
      if (entry == null) {
        throw new IllegalStateException("store to a page that was not checked");
      }
      System.arraycopy(data, i, entry.vmo.own(entry.vmoPage), within, run);
      i += run;
    }
  }

  /** What a CPU does that stores: all of it, or nothing. */
  int tryStore(ModelSpace space, long address, int bytes, long value) {
    int status = access(space, address, bytes, Bits.PERM_WRITE);
    if (status == Status.OK) {
      store(space, address, Arrays.copyOf(bytes(value), bytes));
    }
    return status;
  }

  // Pointers of the caller.

  boolean readable(long pointer, long length) {
    return access(caller().space, pointer, length, Bits.PERM_READ) == Status.OK;
  }

  boolean writable(long pointer, long length) {
    return access(caller().space, pointer, length, Bits.PERM_WRITE) == Status.OK;
  }

  /** Writes an out-parameter; false, and nothing written, when the pointer is bad. */
  boolean copyOut(long pointer, byte[] data) {
    if (!writable(pointer, data.length)) {
      return false;
    }
    store(caller().space, pointer, data);
    return true;
  }

  boolean copyOut32(long pointer, int value) {
    return copyOut(pointer, Arrays.copyOf(bytes(value), 4));
  }

  boolean copyOut64(long pointer, long value) {
    return copyOut(pointer, bytes(value));
  }

  static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The numbers as bytes, little-endian. */
  static byte[] bytes(long... numbers) {
    byte[] bytes = new byte[8 * numbers.length];
    wrap(bytes).asLongBuffer().put(numbers);
    return bytes;
  }
}
