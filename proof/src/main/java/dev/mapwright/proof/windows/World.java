package dev.mapwright.proof.windows;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The whole state of the model: pages, system PTEs, reservations and MDLs. */
final class World {
  /** The page that the first system PTE translates. */
  final long firstPage;

  final ModelPte[] ptes;

  /** By PFN: all of RAM, and the pages outside that sequences name. */
  final Map<Long, ModelPage> pages = new TreeMap<>();

  final List<ModelReservation> reservations = new ArrayList<>();

  /** All MDLs whose memory is known, by address. */
  final Map<Long, ModelMdl> mdls = new TreeMap<>();

  /** Where MDLs were that are gone, and nothing was allocated since. */
  final Set<Long> freed = new HashSet<>();

  /** An IRP, and what its MdlAddress says. */
  long irp;

  long irpMdl;

  final List<ModelBuffer> buffers = new ArrayList<>();

  /** The address of the one process. */
  long process;

  /** The highest address of a process. */
  long highestUser;

  /** Where system space begins. */
  long system;

  /** The first page of paged pool, and how many there are. */
  long pagedPool;

  long pagedPoolPages;

  private int lastMapping;

  World(long firstPage, int ptes) {
    this.firstPage = firstPage;
    this.ptes = new ModelPte[ptes];
    for (int i = 0; i < ptes; i++) {
      this.ptes[i] = new ModelPte();
    }
  }

  // ---- pages

  /** A page that exists; null for a PFN that names nothing that is known. */
  @Nullable ModelPage page(long pfn) {
    return pages.get(pfn);
  }

  /** A page that exists for certain. */
  ModelPage known(long pfn) {
    ModelPage page = pages.get(pfn);
    if (page == null) {
      throw new Divergence("there is no page 0x" + Long.toHexString(pfn));
    }
    return page;
  }

  // ---- addresses

  boolean isUser(long address) {
    return Long.compareUnsigned(address, system) < 0;
  }

  boolean isPagedPool(long address) {
    long page = address >>> 12;
    return page >= pagedPool && page < pagedPool + pagedPoolPages;
  }

  /** The buffer that a page is one of; null for none. */
  @Nullable ModelBuffer bufferOf(long page) {
    for (ModelBuffer buffer : buffers) {
      if (buffer.holds(page)) {
        return buffer;
      }
    }
    return null;
  }

  /** The frame that a page of a buffer is locked in; null when it is not locked. */
  @Nullable ModelPage frameOf(long virtual) {
    for (ModelPage page : pages.values()) {
      if (page.virtual == virtual) {
        return page;
      }
    }
    return null;
  }

  // ---- system PTEs

  /** The PTE of an address; -1 for an address outside of them. */
  int pteOf(long address) {
    long index = (address >>> 12) - firstPage;
    return index >= 0 && index < ptes.length ? (int) index : -1;
  }

  long addressOf(int pte) {
    return firstPage + pte << 12;
  }

  int freePtes() {
    int free = 0;
    for (ModelPte pte : ptes) {
      free += pte.free() ? 1 : 0;
    }
    return free;
  }

  /** The lowest run of free PTEs that begins at a multiple of so many pages; -1 for none. */
  int lowestRun(int count, long alignmentPages) {
    for (int first = 0; first + count <= ptes.length; first++) {
      boolean fits = (firstPage + first) % alignmentPages == 0;
      for (int i = first; fits && i < first + count; i++) {
        fits = ptes[i].free();
      }
      if (fits) {
        return first;
      }
    }
    return -1;
  }

  int newMapping() {
    return ++lastMapping;
  }

  /** How many PTEs from one on belong to one mapping. */
  int mappedFrom(int pte) {
    int count = 0;
    for (int i = pte; i < ptes.length && ptes[i].mapping == ptes[pte].mapping; i++) {
      count++;
    }
    return ptes[pte].mapping == 0 ? 0 : count;
  }

  /** Whether a mapping begins at a PTE. */
  boolean beginsAt(int pte) {
    int mapping = ptes[pte].mapping;
    return mapping != 0 && (pte == 0 || ptes[pte - 1].mapping != mapping);
  }

  /** Empties PTEs; who has them keeps them. */
  void hide(int first, int count) {
    for (int i = first; i < first + count; i++) {
      ModelPage page = pages.get(ptes[i].pfn);
      if (ptes[i].mapping != 0 && page != null) {
        page.hide();
      }
      ptes[i].mapping = 0;
    }
  }

  /** Removes a mapping that is no reservation's, with its guards. */
  void remove(ModelMapping mapping) {
    hide(mapping.first, mapping.pages);
    for (ModelPte pte : ptes) {
      if (pte.owner == mapping) {
        pte.owner = null;
      }
    }
  }

  /** Shows pages as they were decided on. */
  void show(int first, long[] pfns, CacheRule rule, int permissions) {
    int mapping = newMapping();
    for (int i = 0; i < pfns.length; i++) {
      ptes[first + i].show(mapping, pfns[i], rule.policy(i), permissions);
      ModelPage page = pages.get(pfns[i]);
      if (page != null) {
        page.show(rule.policy(i));
      }
    }
  }

  // ---- MDLs

  /** An argument that is to be the address of an MDL, for stories: it is written out later. */
  Object name(long address) {
    ModelMdl mdl = mdls.get(address);
    return mdl != null ? mdl : new Address(address);
  }

  private record Address(long address) {
    @Override
    public String toString() {
      return "0x" + Long.toHexString(address);
    }
  }

  /** The MDL whose memory an address lies in; null for none. */
  @Nullable ModelMdl mdlAround(long address) {
    for (ModelMdl mdl : mdls.values()) {
      if (address - mdl.address >= 0 && address - mdl.address < 8L * mdl.words.length) {
        return mdl;
      }
    }
    return null;
  }

  // ---- reservations

  @Nullable ModelReservation reservationAt(int pte) {
    for (ModelReservation reservation : reservations) {
      if (reservation.holds(pte)) {
        return reservation;
      }
    }
    return null;
  }
}
