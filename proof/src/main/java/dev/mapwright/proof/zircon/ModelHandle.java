package dev.mapwright.proof.zircon;

/**
 * A handle of the calling process: an object and the rights to it.
 *
 * @param object a {@link ModelVmo}, {@link ModelRegion}, {@link ModelProcess} or a token that
 *     belongs to the job or the resource
 * @param rights a set of rights bits
 */
record ModelHandle(Object object, int rights) {
  boolean has(int wanted) {
    return (rights & wanted) == wanted;
  }
}
