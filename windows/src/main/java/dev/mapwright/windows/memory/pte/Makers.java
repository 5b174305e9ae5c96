package dev.mapwright.windows.memory.pte;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who has made something: a driver and, while call sites are recorded, a line of its program, as a
 * small number that fits into every record. The number 0 is nobody.
 *
 * <p>Thread-safe. There are as many numbers as different makers, which a program's text bounds.
 */
public final class Makers {
  /**
   * One maker.
   *
   * @param driver the driver's name
   * @param callSite a line of its program; empty when call sites are not recorded
   */
  public record Maker(String driver, String callSite) {
    @Override
    public String toString() {
      return callSite.isEmpty() ? driver : driver + " at " + callSite;
    }
  }

  /** Guarded by itself, as the other is by it. */
  private final Map<Maker, Integer> numbers = new HashMap<>();

  private final List<Maker> makers = new ArrayList<>();

  /** Makes an empty register. */
  public Makers() {
    makers.add(new Maker("nobody", ""));
  }

  /**
   * {@return the number of a maker}
   *
   * @param maker who
   */
  public int number(Maker maker) {
    synchronized (numbers) {
      Integer known = numbers.get(maker);
      if (known == null) {
        known = makers.size();
        makers.add(maker);
        numbers.put(maker, known);
      }
      return known;
    }
  }

  /**
   * {@return the maker with a number}
   *
   * @param number what {@link #number} returned
   */
  public Maker maker(int number) {
    synchronized (numbers) {
      return makers.get(number);
    }
  }
}
