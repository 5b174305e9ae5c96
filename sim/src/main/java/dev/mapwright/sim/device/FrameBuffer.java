package dev.mapwright.sim.device;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.DeviceState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.BitSet;
import java.util.List;

/**
 * A frame buffer: one prefetchable BAR of pixels, meant to be mapped write-combined. Pixel (x, y)
 * is the 4 bytes at {@code 4 * (y * width + x)}, blue in the lowest byte, then green and red; the
 * highest has no meaning. What the BAR holds beyond the last row is memory that nobody sees.
 *
 * <p><b>What changed</b> is known row by row. A store that writes what is there already changes its
 * row, too.
 *
 * <p><b>Threads.</b> CPUs may draw while others look. Who takes the changed rows and looks at them
 * afterwards sees all that was drawn before a row was taken, and what is drawn later makes it a
 * changed row again. While it is being drawn to, a row may show some pixels old and some new.
 *
 * <p>It takes part in snapshots, each of which has a copy of the picture. Going back draws it, so
 * all rows have changed then.
 */
public final class FrameBuffer implements Device {
  private static final int PIXEL_BYTES = 4;
  private static final VarHandle FLAG = MethodHandles.arrayElementVarHandle(byte[].class);

  private final String name;
  private final int width;
  private final int height;
  private final Pixels pixels;
  private final List<Bar> bars;

  /** Memory that notes which rows were stored to. */
  private static final class Pixels implements DeviceHandler {
    private final DeviceMemory memory;
    private final int rowBytes;
    private final long pictureBytes;

    /**
     * 1 for a row that was stored to since it was last taken. A flag is set after the pixels were
     * stored, each time anew and never only when it is clear: who has cleared it before the pixels
     * could be seen finds it set again.
     */
    final byte[] changed;

    Pixels(long bytes, int rowBytes, int rows) {
      memory = new DeviceMemory(bytes);
      this.rowBytes = rowBytes;
      pictureBytes = (long) rows * rowBytes;
      changed = new byte[rows];
    }

    @Override
    public long read(long offsetBytes, int bytes) {
      return memory.read(offsetBytes, bytes);
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {
      memory.write(offsetBytes, bytes, value);
      note(offsetBytes);
      note(offsetBytes + bytes - 1);
    }

    @Override
    public DeviceState saveState() {
      DeviceState saved = memory.saveState();
      return new DeviceState() {
        @Override
        public void restore() {
          saved.restore();
          for (int row = 0; row < changed.length; row++) {
            FLAG.setRelease(changed, row, (byte) 1);
          }
        }

        @Override
        public boolean differs() {
          return saved.differs();
        }
      };
    }

    private void note(long offsetBytes) {
      if (offsetBytes < pictureBytes) {
        FLAG.setRelease(changed, (int) offsetBytes / rowBytes, (byte) 1);
      }
    }
  }

  /**
   * Makes a black picture, no row of which has changed.
   *
   * @param name its name, for reports
   * @param width pixels in a row, from 2 on
   * @param height rows, from 1 on
   * @throws IllegalArgumentException when there are fewer, or the picture has more than 2^30 bytes
   */
  public FrameBuffer(String name, int width, int height) {
    long bytes = (long) width * height * PIXEL_BYTES;
    if (width < 2 || height < 1 || bytes > 1 << 30) {
      throw new IllegalArgumentException(
          "a frame buffer of " + width + " by " + height + " pixels");
    }
    this.name = name;
    this.width = width;
    this.height = height;
    long size = Long.highestOneBit(Math.max(Pages.BYTES, 2 * bytes - 1));
    pixels = new Pixels(size, width * PIXEL_BYTES, height);
    bars = List.of(new Bar(0, size, true, pixels));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Bar> bars() {
    return bars;
  }

  /** {@return how many pixels a row has} */
  public int width() {
    return width;
  }

  /** {@return how many rows there are} */
  public int height() {
    return height;
  }

  /**
   * {@return a pixel, 0xRRGGBB in its lower 24 bits}
   *
   * @param x its place in the row, from 0 on
   * @param y its row, from 0 on
   * @throws IndexOutOfBoundsException when the picture has no such pixel
   */
  public int pixel(int x, int y) {
    if (x < 0 || x >= width || y < 0 || y >= height) {
      throw new IndexOutOfBoundsException("no pixel " + x + ", " + y);
    }
    return (int) pixels.read(PIXEL_BYTES * ((long) y * width + x), PIXEL_BYTES);
  }

  /** {@return the picture as it is now, row by row from the top, a pixel each} */
  public int[] picture() {
    int[] copy = new int[width * height];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = (int) pixels.read(PIXEL_BYTES * (long) i, PIXEL_BYTES);
    }
    return copy;
  }

  /** {@return the rows that were stored to since they were last taken} */
  public BitSet takeChangedRows() {
    BitSet rows = new BitSet(height);
    for (int y = 0; y < height; y++) {
      if ((byte) FLAG.getAndSet(pixels.changed, y, (byte) 0) != 0) {
        rows.set(y);
      }
    }
    return rows;
  }
}
