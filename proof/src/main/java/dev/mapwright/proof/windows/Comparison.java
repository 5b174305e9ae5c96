package dev.mapwright.proof.windows;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.memory.cache.CacheBook;
import org.jspecify.annotations.Nullable;

/** Compares the whole state of the model with the system's. */
final class Comparison {
  private final Stage stage;
  private final World world;

  Comparison(Stage stage, World world) {
    this.stage = stage;
    this.world = world;
  }

  void everything() {
    ptes();
    pages();
    buffers();
    mdls();
  }

  private void ptes() {
    for (int i = 0; i < world.ptes.length; i++) {
      ModelPte pte = world.ptes[i];
      long entry = stage.translation.entry(world.firstPage + i);
      if (pte.mapping == 0 ? entry != TranslationEntry.ABSENT : !shows(entry, pte)) {
        throw new Divergence(
            "system PTE %d (0x%x) shows %s, expected %s"
                .formatted(i, world.addressOf(i), text(entry), pte));
      }
    }
    long free = stage.kernel.systemPtes().free();
    if (free != world.freePtes()) {
      throw new Divergence(free + " system PTEs are free, expected " + world.freePtes());
    }
  }

  private static int allowed(long entry) {
    return TranslationEntry.bare(entry)
        ? TranslationEntry.asked(entry)
        : TranslationEntry.permissions(entry);
  }

  private static boolean shows(long entry, ModelPte pte) {
    return entry != TranslationEntry.ABSENT
        && TranslationEntry.present(entry) == (pte.permissions != Permissions.NONE)
        && TranslationEntry.pfn(entry) == pte.pfn
        && TranslationEntry.cache(entry) == pte.policy
        && allowed(entry) == pte.permissions;
  }

  private static String text(long entry) {
    return entry == TranslationEntry.ABSENT
        ? "nothing"
        : "0x%x %s %d%s"
            .formatted(
                TranslationEntry.pfn(entry),
                TranslationEntry.cache(entry),
                allowed(entry),
                TranslationEntry.present(entry) ? "" : " withdrawn");
  }

  private void pages() {
    Frames frames = stage.machine.frames();
    CacheBook book = stage.kernel.cacheBook();
    for (ModelPage page : world.pages.values()) {
      int locks = page.ram ? frames.locks(page.pfn) : 0;
      if (locks != page.locks) {
        throw new Divergence(page + ", but it is locked " + locks + " times");
      }
      @Nullable CachePolicy own = page.ram ? frames.cachePolicy(page.pfn) : null;
      boolean floats = page.floats();
      if (own != page.own) {
        throw new Divergence(page + ", but its own attribute is " + own);
      }
      if (floats) {
        int references = book.references(page.pfn);
        if (references != page.references || book.policy(page.pfn) != page.given) {
          throw new Divergence(
              "%s, but it is referred to %d times, and its attribute is %s"
                  .formatted(page, references, book.policy(page.pfn)));
        }
      }
    }
  }

  /** Pages of buffers stay where they are locked. */
  private void buffers() {
    for (ModelPage page : world.pages.values()) {
      if (page.virtual != 0) {
        long stamp = stage.machine.memory().readLong(page.pfn << 12);
        if (stamp != ModelBuffer.stamp(page.virtual)) {
          throw new Divergence("%s is not page 0x%x any more".formatted(page, page.virtual));
        }
      }
    }
  }

  private void mdls() {
    long[] irp = stage.words(world.irp + 8, 1);
    if (irp == null || irp[0] != world.irpMdl) {
      throw new Divergence("the IRP does not say 0x" + Long.toHexString(world.irpMdl));
    }
    for (ModelMdl mdl : world.mdls.values()) {
      long[] words = stage.words(mdl.address, mdl.words.length);
      for (int i = 0; i < mdl.words.length; i++) {
        if (words == null || words[i] != mdl.words[i]) {
          String seen = words == null ? "nothing" : "0x" + Long.toHexString(words[i]);
          throw new Divergence(
              "%s: the word at 0x%x is %s, expected 0x%x"
                  .formatted(mdl, 8 * i, seen, mdl.words[i]));
        }
      }
    }
  }
}
