namespace Culvert.IntegrationTests.Gateways;

/// <summary>How a session ends.</summary>
internal enum SessionEnd
{
    /// <summary>The client says Close.</summary>
    ClientCloses,

    /// <summary>The back end says Close.</summary>
    BackEndCloses,

    /// <summary>The client's connection breaks.</summary>
    ClientResets,

    /// <summary>The back end's connection breaks.</summary>
    BackEndResets,

    /// <summary>The client ends TCP without a Close.</summary>
    ClientGoes,
}
