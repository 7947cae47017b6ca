/** A WebSocket that says nothing into a connection that is being closed. */
export class Socket extends WebSocket {
  /**
   * A broker that takes a log-in away closes while its last messages are still read here; what is
   * then acknowledged reaches nobody, and the browser reports an error for each.
   */
  override send(data: string | BufferSource | Blob): void {
    if (this.readyState === WebSocket.OPEN) super.send(data);
  }
}
