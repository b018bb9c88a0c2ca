namespace Culvert.Server.Connections;

/// <summary>Who has the socket of a connection while the HTTP server reads and writes it.</summary>
internal interface IConnectionOwner
{
    /// <summary>
    /// Lets the connection outlive the request that was upgraded: when the request has ended and the HTTP server has
    /// let go of everything it holds for the connection, the session runs, and the connection is closed after it. Call
    /// once, before the request ends; nobody reads or writes until the session runs.
    /// </summary>
    /// <param name="session">Runs also when the connection broke meanwhile. What it throws is a fault of ours.</param>
    void OutliveRequest(Func<Task> session);

    /// <summary>Closes the socket; whoever waits on it is told. Safe to call again, from anywhere.</summary>
    void Close();
}
