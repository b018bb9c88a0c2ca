namespace Culvert.IntegrationTests.Chat;

/// <summary>
/// The tests of pages, which share a browser and run one after another, beside those of
/// <see cref="RoomBrowserCollection"/>.
/// </summary>
[CollectionDefinition(nameof(PageBrowserCollection))]
public sealed class PageBrowserCollection : ICollectionFixture<BrowserFixture>;
