package dev.mapwright.zircon.object;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.zircon.answer.AnswerObserver;
import dev.mapwright.zircon.policy.Policy;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What all processes of one boot share: the machine, the policy, where root regions lie, and the
 * root job.
 *
 * <p>Immutable, but for the observer and the book of sizes, which guard themselves.
 */
public final class MxSystem {
  private final Machine machine;
  private final Policy policy;
  private final long rootFirstPage;
  private final long rootLastPage;
  private final MxJob rootJob;

  /**
   * The byte-exact sizes of the engine's objects, which count pages. A mapping can outlive every
   * handle and still be read from another process, so the size has to live as long as the engine's
   * object. Guarded by itself.
   */
  private final Map<MemoryObject, VmoSize> sizes = new WeakHashMap<>();

  private volatile @Nullable AnswerObserver observer;

  /**
   * Boots.
   *
   * @param machine where everything lives
   * @param policy which generation of the interface
   * @param rootBase the address of every root region, a multiple of the page size
   * @param rootBytes the size of every root region, a multiple of the page size, not 0
   */
  public MxSystem(Machine machine, Policy policy, long rootBase, long rootBytes) {
    if (!Pages.aligned(rootBase)
        || !Pages.aligned(rootBytes)
        || !Pages.fits(Pages.of(rootBase), Pages.of(rootBytes))) {
      throw new IllegalArgumentException(
          "a root region needs whole pages inside the 64-bit range, not 0x"
              + Long.toHexString(rootBase)
              + " + 0x"
              + Long.toHexString(rootBytes));
    }
    this.machine = machine;
    this.policy = policy;
    this.rootFirstPage = Pages.of(rootBase);
    this.rootLastPage = rootFirstPage + Pages.of(rootBytes) - 1;
    this.rootJob = new MxJob(this);
  }

  /** {@return the machine on which everything lives} */
  public Machine machine() {
    return machine;
  }

  /** {@return which generation of the interface it is} */
  public Policy policy() {
    return policy;
  }

  /** {@return the job that processes belong to which are given no other} */
  public MxJob rootJob() {
    return rootJob;
  }

  /**
   * Tells somebody of every answer at the call face from now on.
   *
   * @param observer told of each answer, on the thread that gets it; null for nobody
   */
  public void observeAnswers(@Nullable AnswerObserver observer) {
    this.observer = observer;
  }

  /** {@return who is told of answers; null for nobody} */
  public @Nullable AnswerObserver observer() {
    return observer;
  }

  long rootFirstPage() {
    return rootFirstPage;
  }

  long rootLastPage() {
    return rootLastPage;
  }

  VmoSize newSize(MemoryObject object, long bytes) {
    VmoSize size = new VmoSize(bytes);
    synchronized (sizes) {
      sizes.put(object, size);
    }
    return size;
  }

  /**
   * The size in bytes of an object that a mapping shows.
   *
   * @param object the engine's object
   * @return its byte-exact size, or its pages in bytes when it was not made here
   */
  public long bytesOf(MemoryObject object) {
    VmoSize size;
    synchronized (sizes) {
      size = sizes.get(object);
    }
    return size == null ? object.pages() << Pages.SHIFT : size.bytes();
  }
}
