using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Culvert.Server.Front;

/// <summary>Gives the HTTP server the front in place of its own sockets.</summary>
internal sealed class FrontListenerFactory(FrontServer server)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or Http2EndPoint;

    public ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(
            endpoint is Http2EndPoint ? server.Http2 : FrontListener.Bind(server, (IPEndPoint)endpoint));
}
