package dev.mapwright.core.space;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.engine.EngineSnapshot;
import java.util.List;

/**
 * The state of an address space at one moment: to go back to, as often as wanted, and to compare
 * with.
 *
 * <p>Taking one costs what regions, mappings and committed pages there are; no page is copied,
 * since each object's contents are kept by a snapshot child (contiguous objects are copied, their
 * frames can't move). Going back costs the mappings and the pages written since. Regions keep their
 * identity: one that died meanwhile lives again.
 *
 * <p><b>Devices</b> whose registers are mapped go back too, as far as they take part ({@link
 * dev.mapwright.core.machine.DeviceHandler#saveState}): those that a mapping shows when the
 * snapshot is taken, each once however often it is mapped, and whole also when a mapping shows a
 * part of it. Those that take no part stay what they are; {@link #devicesLeftOut} names them. A
 * device goes back for all spaces that map it. The machine's clock does not go back.
 *
 * <p>Handlers are called with no lock held, so memory and registers are of one moment only when
 * CPUs and other threads leave them alone meanwhile: devices are saved before memory is kept, and
 * go back after it.
 *
 * <p>What a mapped child shows of its parents is a part of the state too: live parents, mapped here
 * or not, are kept and go back with it. An object that another space maps too goes back for both.
 * Methods may be called from any thread; no page of the objects may be pinned while {@link
 * #restore} runs.
 */
public sealed interface SpaceSnapshot extends AutoCloseable permits EngineSnapshot {
  /**
   * Makes the space, the mapped objects and the devices what they were. All or nothing.
   *
   * <p>What is refused, is refused before anything changes. Then space and objects go back, and at
   * last the devices, by ascending addresses. When one of them throws, the others go back all the
   * same, and the exception is thrown at the end, with those of others suppressed in it: everything
   * is what it was then, but for the devices that have thrown.
   *
   * @return {@code DEAD} when the space or this snapshot is closed, {@code LEASED} when a lease is
   *     open, {@code IN_USE} when there is a reservation, {@code PINNED}, {@code NOT_PRESENT} when
   *     a device that was saved does not answer at its place any more (the same one may be plugged
   *     in there again; {@link #differences} names it), {@code OUT_OF_RECORDS}, {@code
   *     OUT_OF_FRAMES} (contiguous objects)
   */
  Outcome restore();

  /**
   * Compares the space with this snapshot.
   *
   * <p>It costs the pages written since, and those of a source or parent that a smaller size took
   * away.
   *
   * @return a line for each region, mapping, page and device that differs, is gone or can't be
   *     read, in ascending order (pages by the numbers of their objects); empty when nothing does.
   *     Of devices that were left out there is none
   */
  List<String> differences();

  /**
   * {@return the names of the devices that were mapped and took no part when the snapshot was
   * taken, in ascending order of their addresses; of one with several ranges, those whose handlers
   * did not} They stay what they are when the snapshot goes back.
   */
  List<String> devicesLeftOut();

  /** Lets the kept contents go. Closing twice does nothing. */
  @Override
  void close();
}
