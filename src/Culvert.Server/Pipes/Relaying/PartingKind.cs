namespace Culvert.Server.Pipes.Relaying;

/// <summary>How a leg is told that nothing more comes.</summary>
internal enum PartingKind
{
    /// <summary>A Close frame; on a leg of bytes the same as <see cref="Finish"/>.</summary>
    Close,

    /// <summary>The end of the bytes.</summary>
    Finish,

    /// <summary>The connection is broken: what came before is not complete.</summary>
    Abort,

    /// <summary>
    /// Nothing for a while, so that what came before can be read, and then as <see cref="Abort"/>. For legs of bytes.
    /// </summary>
    Linger,
}
