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
   * Makes entries not present, and tells nobody: who remembers one still gets through, until {@link
   * Translation#forget} of the range returns.
   *
   * @param firstPage first page
   * @param lastPage last page, inclusive
   */
  void withdrawQuietly(long firstPage, long lastPage);

  /**
   * Lets one leaf of a table above translate what all entries of a table, or of the tables below
   * it, say: they are published, show adjacent frames from an aligned one on, and allow the same.
   * The tables stay as they are beneath it, so that {@link #narrow} acquires nothing. What is
   * translated stays the same; nobody has to forget anything.
   *
   * @param firstPage the first page that the leaf would translate; these entries are of its table,
   *     and of no other
   * @param level the level of the table that the leaf stands in: 2, or when all tables below have
   *     such leaves already, 3
   * @return false, and nothing has changed, when they don't say such, or the hardware knows no such
   *     leaf
   */
  boolean widen(long firstPage, int level);

  /**
   * Puts the tables back that were beneath leaves of {@link #widen} over a page, before an entry of
   * theirs is changed. What is translated stays the same, and marks of stores go to the entries.
   * Whoever remembers the leaf may go on using it until he is told to forget any page of it: so
   * entries are removed by {@link #withdraw} next, and not by {@link #take}, which tells nobody of
   * an entry that was not used.
   *
   * @param page a page of these entries
   */
  void narrow(long page);

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
