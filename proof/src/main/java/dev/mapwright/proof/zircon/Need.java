package dev.mapwright.proof.zircon;

import org.jspecify.annotations.Nullable;

/**
 * What an operation cannot do without; where it is missing, an operation that makes it is drawn.
 */
enum Need {
  /** A memory object. */
  VMO,
  /** A region other than the root. */
  REGION,
  /** A region, not the root, with a mapping in it. */
  MAPPING,
  /** A process that is not the caller. */
  PROCESS;

  /** What makes one. */
  private Kind maker() {
    return switch (this) {
      case VMO -> Kind.VMO_CREATE;
      case REGION -> Kind.VMAR_ALLOCATE;
      case MAPPING -> Kind.VMAR_MAP;
      case PROCESS -> Kind.PROCESS_CREATE;
    };
  }

  /** The kind of operation that makes what is missing, null when a few tries find one. */
  @Nullable Kind missing(Finds find) {
    boolean there =
        switch (this) {
          case VMO -> find.vmoAt(find.vmo()) != null;
          case REGION -> find.region() != 0;
          case MAPPING -> find.mappedRegion() != 0;
          case PROCESS -> find.objectAt(find.process()) instanceof ModelProcess;
        };
    return there ? null : maker();
  }
}
