// A link to something inside of a fold, or to the fold itself, opens it.
{
  const open = () => {
    const there = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    for (let fold = there && there.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    if (there) there.scrollIntoView();
  };
  addEventListener('hashchange', open);
  open();
}
