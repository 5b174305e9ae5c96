package dev.mapwright.proof.windows;

import org.jspecify.annotations.Nullable;

/** What the model looks up in simulated memory, because it is nobody's that it knows. */
interface Sight {
  /** The words that a driver would read there; null when it can't read them all. */
  long @Nullable [] words(long address, int count);

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
    return words(mdl.address + 0x30, count);
  }
}
