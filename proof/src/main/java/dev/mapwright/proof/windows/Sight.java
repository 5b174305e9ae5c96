package dev.mapwright.proof.windows;

import org.jspecify.annotations.Nullable;

/** What the model looks up in simulated memory, because it is nobody's that it knows. */
interface Sight {
  /** The words that a driver would read there; null when it can't read them all. */
  long @Nullable [] words(long address, int count);

  /** The frame that a page of system space is in; -1 when it is not there. */
  long frame(long page);

  /** Whether a page is a page table. */
  boolean isTable(long pfn);

  /** The frame of zeros that pages are shown by until they are written; -1 for none. */
  long zeroFrame();

  /** Whether a page can be locked by who sees it: page tables, zeros and free frames can't. */
  boolean lockable(long pfn);

  /** The top table of the running process. */
  long topTable();

  /** The PFNs of an MDL, as many as it says that it has; null when they can't be read. */
  default long @Nullable [] pfns(ModelMdl mdl) {
    int count = mdl.pages();
    if (count <= mdl.room()) {
      long[] pfns = new long[count];
      for (int i = 0; i < count; i++) {
        pfns[i] = mdl.pfn(i);
      }
      return pfns;
    }
    return count > 100_000 ? null : words(mdl.address + 0x30, count);
  }
}
