package dev.mapwright.proof.zircon;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A memory object: a map from page number to bytes. A page that is not in the map is absent; what
 * it shows is found by asking the parents, one after the other, every time.
 */
final class ModelVmo {
  /** The rights of a handle to a new object that is no clone. */
  static final int RIGHTS =
      Bits.DUPLICATE | Bits.TRANSFER | Bits.READ | Bits.WRITE | Bits.EXECUTE | Bits.MAP;

  final int id;
  final Map<Long, byte[]> pages = new HashMap<>();

  /** Null for an object that is no clone. */
  final @Nullable ModelVmo parent;

  /** Where page 0 of this clone lies in the parent, in pages. */
  final long parentPage;

  /** Whether the pages were made physically contiguous; nothing else differs. */
  final boolean contiguous;

  /** Whether pages were given back, after which a contiguous object need not be contiguous. */
  boolean scattered;

  /** Byte-exact. */
  long sizeBytes;

  /** The pages of the device that this object shows from its beginning, else null. */
  private byte @Nullable [][] device;

  /** An object that shows pages of a device; they are always there, and nobody's own. */
  static ModelVmo ofDevice(int id, byte[][] pages) {
    ModelVmo vmo = new ModelVmo(id, pages.length * Bits.PAGE, null, 0, false);
    vmo.device = pages;
    return vmo;
  }

  boolean physical() {
    return device != null;
  }

  ModelVmo(int id, long sizeBytes, @Nullable ModelVmo parent, long parentPage, boolean contiguous) {
    this.id = id;
    this.sizeBytes = sizeBytes;
    this.parent = parent;
    this.parentPage = parentPage;
    this.contiguous = contiguous;
  }

  /**
   * Whether the object extends over the first byte of a page: then the whole page is accessible.
   */
  boolean covers(long page) {
    return page < 1L << 52 && Bits.below(page << 12, sizeBytes);
  }

  /** The bytes a read of this page sees, null for zeros that nobody holds. */
  byte @Nullable [] show(long page) {
    if (device != null) {
      return device[(int) page];
    }
    ModelVmo at = this;
    long index = page;
    while (true) {
      byte[] own = at.pages.get(index);
      if (own != null) {
        return own;
      }
      if (at.parent == null) {
        return null;
      }
      index += at.parentPage;
      at = at.parent;
      if (!at.covers(index)) {
        return null;
      }
    }
  }

  /** The page as this object's own, copied from what it shows if need be. */
  byte[] own(long page) {
    if (device != null) {
      return device[(int) page];
    }
    byte[] own = pages.get(page);
    if (own == null) {
      byte[] shown = show(page);
      own = shown == null ? new byte[(int) Bits.PAGE] : shown.clone();
      pages.put(page, own);
    }
    return own;
  }

  void setSize(long bytes) {
    scattered = true;
    sizeBytes = bytes;
    pages.keySet().removeIf(page -> !covers(page));
  }

  /** Copies out the bytes [offset, offset + length), which lie inside the object. */
  byte[] read(long offset, int length) {
    byte[] out = new byte[length];
    for (int i = 0; i < length; ) {
      int within = (int) ((offset + i) & (Bits.PAGE - 1));
      int run = Math.min(length - i, (int) Bits.PAGE - within);
      byte[] shown = show((offset + i) >>> 12);
      if (shown != null) {
        System.arraycopy(shown, within, out, i, run);
      }
      i += run;
    }
    return out;
  }

  void write(long offset, byte[] data) {
    for (int i = 0; i < data.length; ) {
      int within = (int) ((offset + i) & (Bits.PAGE - 1));
      int run = Math.min(data.length - i, (int) Bits.PAGE - within);
      System.arraycopy(data, i, own((offset + i) >>> 12), within, run);
      i += run;
    }
  }
}
