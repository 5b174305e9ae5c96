package dev.mapwright.sim.tables;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Translation.WalkStep;
import dev.mapwright.core.machine.TranslationEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks through the tables without a lock. A walk distrusts what it reads: entries with reserved
 * bits and tables outside RAM end it. It can't loop, for it goes down one level with each step.
 */
final class TableReader {
  private final TableTree tree;
  private final TableFormat format;
  private final TableMemory memory;

  TableReader(TableTree tree) {
    this.tree = tree;
    format = tree.format;
    memory = tree.memory;
  }

  /** The packed entry of a page, as far as what was read is tables. */
  long entry(long page) {
    int permissions = Permissions.ALL;
    long table = tree.root;
    for (int level = format.levels(); level >= 1; level--) {
      long bits = memory.get(table, tree.index(page, level));
      if (!format.present(bits) || format.reservedSet(level, bits)) {
        return TranslationEntry.ABSENT;
      }
      permissions &= format.permissions(bits);
      if (format.isLeaf(level, bits)) {
        long offset = page & ((1L << tree.log2Pages(level)) - 1);
        return TranslationEntry.of(
            format.pfn(level, bits) + offset,
            permissions,
            format.cache(level, bits),
            (bits & format.accessedBit()) != 0,
            (bits & format.dirtyBit()) != 0);
      }
      table = format.pfn(level, bits);
      if (!memory.isRam(table)) {
        return TranslationEntry.ABSENT;
      }
    }
    return TranslationEntry.ABSENT;
  }

  /** The walk of a page, as far as what was read is tables. */
  List<WalkStep> steps(long page) {
    List<WalkStep> steps = new ArrayList<>();
    long table = tree.root;
    for (int level = format.levels(); level >= 1 && memory.isRam(table); level--) {
      int index = tree.index(page, level);
      long bits = memory.get(table, index);
      steps.add(
          new WalkStep(
              level,
              table << Pages.SHIFT,
              index,
              bits,
              1L << tree.log2Pages(level),
              EntryText.describe(format, level, bits)));
      if (!format.present(bits) || format.isLeaf(level, bits)) {
        break;
      }
      table = format.pfn(level, bits);
    }
    return steps;
  }

  /** The walk of the hardware; see {@link PageTables#walkFor}. */
  TableWalk.Result walkFor(long page, int permission, TableWalk found) {
    int permissions = Permissions.ALL;
    long accessed = format.accessedBit();
    long table = tree.root;
    for (int level = format.levels(); ; ) {
      int index = tree.index(page, level);
      long bits = memory.get(table, index);
      if (!format.present(bits)) {
        return TableWalk.Result.ABSENT;
      }
      if (format.reservedSet(level, bits)) {
        return TableWalk.Result.RESERVED;
      }
      int allowed = permissions & format.permissions(bits);
      long wanted = bits | accessed;
      if (format.isLeaf(level, bits)) {
        if ((allowed & permission) == 0) {
          return TableWalk.Result.DENIED;
        }
        wanted |= permission == Permissions.WRITE ? format.dirtyBit() : 0;
        if (wanted != bits && !memory.replace(table, index, bits, wanted)) {
          continue;
        }
        found.pfn = format.pfn(level, bits) + (page & ((1L << tree.log2Pages(level)) - 1));
        found.leafLog2Pages = tree.log2Pages(level);
        found.permissions = allowed;
        return TableWalk.Result.OK;
      }
      if (wanted != bits && !memory.replace(table, index, bits, wanted)) {
        continue;
      }
      permissions = allowed;
      table = format.pfn(level, bits);
      level--;
      if (level == 0 || !memory.isRam(table)) {
        return TableWalk.Result.RESERVED;
      }
    }
  }
}
