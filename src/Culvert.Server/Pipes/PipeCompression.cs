namespace Culvert.Server.Pipes;

/// <summary>On which sides of a route that opens messages permessage-deflate may be agreed on.</summary>
public enum PipeCompression
{
    /// <summary>On neither.</summary>
    None,

    /// <summary>With clients that offer it.</summary>
    Client,

    /// <summary>With back ends that take it.</summary>
    BackEnd,

    /// <summary>On both, each for itself.</summary>
    Both,
}
