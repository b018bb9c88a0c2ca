namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Whoever connected to a listening end did not become a client of it.</summary>
internal sealed class ClientRefusedException(string message) : IOException(message);
