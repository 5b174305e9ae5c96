package dev.mapwright.core.machine;

import dev.mapwright.core.CachePolicy;

/**
 * Table entries of single pages that show frames which belong to somebody else: <em>bare</em>
 * entries. They are the only place where it is written down what such a page shows. So they are not
 * forgotten as others may be; removing them is said in words of its own.
 *
 * <p><b>The life of an entry.</b>
 *
 * <pre>
 * absent -- stage --> withdrawn -- publish --> present -- withdraw --> withdrawn -- clear --> absent
 * </pre>
 *
 * <p>An entry that is withdrawn is not present for the hardware, and still names its frame, the
 * permissions that were asked for and the cache policy. One that allows nothing is published
 * withdrawn, and stays so until {@link #protect} gives it a permission. All entries keep the
 * permissions as they were asked for, whatever the format makes of them.
 *
 * <p><b>Nothing is acquired and nothing fails here:</b> the tables are there, see {@link
 * Translation#bareEntries} and {@link Translation#preparedEntries}. Ranges are inclusive, and every
 * page of one has an entry in the state that the method begins with.
 *
 * <p><b>Threads.</b> Callers see to it that no two threads change entries of the same page at a
 * time. CPUs may walk meanwhile.
 */
public interface BareEntries {
  /**
   * Writes the entry of a page that has none, withdrawn.
   *
   * @param page the page
   * @param pfn the frame, of RAM or of a device, at most {@link Frames#LAST_PFN}
   * @param permissions what is asked for, nothing included
   * @param cache the cache policy
   */
  void stage(long page, long pfn, int permissions, CachePolicy cache);

  /**
   * Makes staged entries present, but for those that allow nothing.
   *
   * @param firstPage first page
   * @param lastPage last page, inclusive
   */
  void publish(long firstPage, long lastPage);

  /**
   * Writes the entry of a page that has none and publishes it: the same as {@link #stage} and
   * {@link #publish} of one page.
   *
   * @param page the page
   * @param pfn the frame, at most {@link Frames#LAST_PFN}
   * @param permissions what is asked for, nothing included
   * @param cache the cache policy
   */
  void show(long page, long pfn, int permissions, CachePolicy cache);

  /**
   * Removes the published entry of a page: the same as {@link #withdraw} and {@link #clear} of one
   * page. When this returns, no access gets through it any more.
   *
   * @param page the page
   * @return what was there, packed as an entry that is withdrawn: its frame, what was asked for,
   *     the cache policy
   */
  long take(long page);

  /**
   * Gives published entries other permissions, more or fewer. When this returns, no access gets
   * through with a permission that was taken away.
   *
   * @param firstPage first page
   * @param lastPage last page, inclusive
   * @param permissions what is asked for, nothing included
   */
  void protect(long firstPage, long lastPage, int permissions);

  /**
   * Makes entries not present. When this returns, no access gets through them any more, on any CPU.
   * Those that are withdrawn already stay so.
   *
   * @param firstPage first page
   * @param lastPage last page, inclusive
   */
  void withdraw(long firstPage, long lastPage);

  /**
   * {@return the frame that an entry names, present or withdrawn}
   *
   * @param page a page that has one
   */
  long pfn(long page);

  /**
   * The entry of a page.
   *
   * @param page a page whose table is there
   * @return the packed {@link TranslationEntry} of a bare entry, present or withdrawn; {@link
   *     TranslationEntry#ABSENT} for none
   */
  long entry(long page);

  /**
   * Removes entries that are withdrawn.
   *
   * @param firstPage first page
   * @param lastPage last page, inclusive
   */
  void clear(long firstPage, long lastPage);

  /**
   * Holds the frame of each staged entry: {@link Frames#hold}. It may be done only now, as nobody
   * gets through a staged entry; and it is done for all of them in one go, because an atomic
   * addition waits for the entry that was written just before it.
   *
   * @param firstPage first page
   * @param lastPage last page, inclusive
   * @param frames whose frames they are
   */
  void hold(long firstPage, long lastPage, Frames frames);

  /**
   * Removes entries that are withdrawn, and ends the hold of each frame that they name: {@link
   * Frames#unhold} of each, and {@link #clear}.
   *
   * @param firstPage first page
   * @param lastPage last page, inclusive
   * @param frames whose frames they are
   */
  void letGo(long firstPage, long lastPage, Frames frames);
}
